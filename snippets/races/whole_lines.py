"""A line in two writes is torn; in one write it stays whole."""

import os
from multiprocessing import Barrier, Pipe, Process

LINES = 200


def work(pieces, writer, both_wrote):
    for _ in range(LINES):
        for piece in pieces:
            os.write(writer.fileno(), piece)
            both_wrote.wait()


def count_whole(left, right):
    reader, writer = Pipe(duplex=False)
    both_wrote = Barrier(2)
    for pieces in (left, right):
        args = (pieces, writer, both_wrote)
        Process(target=work, args=args).start()
    writer.close()
    # The pipe ends when both children have ended.
    with open(reader.fileno(), "rb", closefd=False) as pipe:
        lines = pipe.read().splitlines()
    return lines.count(b"left") + lines.count(b"right")


if __name__ == "__main__":
    whole = count_whole((b"left", b"\n"), (b"right", b"\n"))
    print(f"two writes: {whole} of {2 * LINES} lines are whole")
    whole = count_whole((b"left\n",), (b"right\n",))
    print(f"one write: {whole} of {2 * LINES} lines are whole")

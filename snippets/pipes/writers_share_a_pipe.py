"""Two writers of one pipe mix their messages without a lock."""

import sys
from contextlib import nullcontext
from multiprocessing import Barrier, Lock, Pipe, Process

SIZE = 200_000


def write(writer, letter, barrier, lock):
    for _ in range(50):
        barrier.wait()
        with lock:
            writer.send_bytes(letter * SIZE)


if __name__ == "__main__":
    lock = Lock() if sys.argv[1] == "lock" else nullcontext()
    reader, writer = Pipe(duplex=False)
    barrier = Barrier(2)
    children = []
    for letter in (b"a", b"b"):
        args = (writer, letter, barrier, lock)
        children.append(Process(target=write, args=args))
        children[-1].start()
    writer.close()

    whole = 0
    try:
        while reader.recv_bytes() in (b"a" * SIZE, b"b" * SIZE):
            whole += 1
        print("a message is damaged")
    except EOFError:
        print(f"{whole} whole messages")
    for child in children:
        child.terminate()
        child.join()

"""Two writers go to the end of a file, and then both write."""

import os
from multiprocessing import Barrier, Process
from pathlib import Path

LOG = Path("log.txt")


def write_line(line, mode, both_at_end):
    with LOG.open(mode) as log:
        log.seek(0, os.SEEK_END)
        both_at_end.wait()
        log.write(line)


if __name__ == "__main__":
    for mode in ("r+", "a"):
        LOG.write_text("log\n")
        args = (mode, Barrier(2))
        writers = [
            Process(target=write_line, args=("one\n", *args)),
            Process(target=write_line, args=("two\n", *args)),
        ]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        print(
            f"mode {mode!r}: {len(LOG.read_text().split())} lines"
        )

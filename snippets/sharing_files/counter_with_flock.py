"""Processes that share nothing but a folder lock a counter."""

import fcntl
import time
from contextlib import contextmanager
from multiprocessing import Process
from pathlib import Path

COUNTER = Path("counter.txt")


@contextmanager
def locked():
    with open("counter.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def add(times):
    for _ in range(times):
        with locked():
            number = int(COUNTER.read_text())
            # Time enough for the others to read the same number.
            time.sleep(0.002)
            COUNTER.write_text(str(number + 1))


if __name__ == "__main__":
    COUNTER.write_text("0")
    adders = [Process(target=add, args=(6,)) for _ in range(4)]
    for adder in adders:
        adder.start()
    for adder in adders:
        adder.join()
    print(f"counter: {COUNTER.read_text()}")

"""A counter in a file stays right when every update is locked."""

import time
from multiprocessing import Lock, Process
from pathlib import Path

COUNTER = Path("counter.txt")


def add(times, lock):
    for _ in range(times):
        with lock:
            number = int(COUNTER.read_text())
            # Time enough for the others to read the same number.
            time.sleep(0.002)
            COUNTER.write_text(str(number + 1))


if __name__ == "__main__":
    COUNTER.write_text("0")
    lock = Lock()
    adders = [Process(target=add, args=(6, lock)) for _ in range(4)]
    for adder in adders:
        adder.start()
    for adder in adders:
        adder.join()
    print(f"counter: {COUNTER.read_text()}")
    print(f"exit codes: {[adder.exitcode for adder in adders]}")

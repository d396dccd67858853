"""Two processes add one to a counter in a file; one is lost."""

from multiprocessing import Barrier, Process
from pathlib import Path

COUNTER = Path("counter.txt")


def add_one(both_have_read):
    number = int(COUNTER.read_text())
    both_have_read.wait()
    COUNTER.write_text(str(number + 1))


if __name__ == "__main__":
    COUNTER.write_text("0")
    both_have_read = Barrier(2)
    args = (both_have_read,)
    adders = [Process(target=add_one, args=args) for _ in range(2)]
    for adder in adders:
        adder.start()
    for adder in adders:
        adder.join()
    print(f"two additions, counter: {COUNTER.read_text()}")

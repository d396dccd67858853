"""Two locks, taken in opposite order: each waits for the other."""

from multiprocessing import Barrier, Lock, Process


def work(first, second, together):
    with first:
        together.wait()
        # Without a timeout this would wait for ever.
        got = second.acquire(timeout=0.3)
        print(f"holds one lock, gets the other: {got}")
        together.wait()


if __name__ == "__main__":
    left, right, together = Lock(), Lock(), Barrier(2)
    children = [
        Process(target=work, args=(left, right, together)),
        Process(target=work, args=(right, left, together)),
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()

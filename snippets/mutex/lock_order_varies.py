"""Three processes want a lock; nobody decides their order."""

import time
from collections import Counter
from multiprocessing import (
    Barrier,
    Lock,
    Process,
    RawArray,
    RawValue,
)

ROUNDS = 50


def work(name, together, lock, entered, log):
    for _ in range(ROUNDS):
        together.wait()
        with lock:
            place = entered.value
            time.sleep(0.001)
            log[place] = name
            entered.value = place + 1


if __name__ == "__main__":
    log = RawArray("c", 3 * ROUNDS)
    shared = Barrier(3), Lock(), RawValue("i", 0), log
    children = [
        Process(target=work, args=(name, *shared))
        for name in (b"A", b"B", b"C")
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()
    starts = range(0, 3 * ROUNDS, 3)
    orders = Counter(log[i : i + 3].decode() for i in starts)
    for order, rounds in orders.most_common():
        print(f"{order}: {rounds} of {ROUNDS} rounds")

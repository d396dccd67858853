"""Locks that all processes take in one order cannot deadlock."""

import time
from multiprocessing import Lock, Process, RawArray


def transfer(source, target, balances, locks):
    for _ in range(20):
        first, second = sorted((source, target))
        with locks[first], locks[second]:
            left = balances[source] - 1
            arrived = balances[target] + 1
            time.sleep(0.001)
            balances[source] = left
            balances[target] = arrived


if __name__ == "__main__":
    balances = RawArray("i", [100, 100])
    locks = Lock(), Lock()
    children = [
        Process(target=transfer, args=(0, 1, balances, locks)),
        Process(target=transfer, args=(1, 0, balances, locks)),
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()
    print(f"balances: {balances[:]}")

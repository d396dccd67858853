"""Ten processes take one from a manager's list, under a lock."""

import time
from multiprocessing import Lock, Manager, Process


def take_one(stock, lock):
    with lock:
        left = stock[0]
        # Time enough for the others to read the same number.
        time.sleep(0.02)
        stock[0] = left - 1


if __name__ == "__main__":
    lock = Lock()
    numbers = [100]
    with Manager() as manager:
        stock = manager.list(numbers)
        args = (stock, lock)
        takers = [
            Process(target=take_one, args=args) for _ in range(10)
        ]
        for taker in takers:
            taker.start()
        for taker in takers:
            taker.join()
        print(numbers)
        print(stock)

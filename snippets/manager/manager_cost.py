"""What a call to a manager costs, compared with a lock."""

from multiprocessing import Lock, Manager
from timeit import repeat

if __name__ == "__main__":
    lock = Lock()
    with Manager() as manager:
        stock = manager.list([100])

        def use_lock():
            with lock:
                pass

        def call_once():
            return stock[0]

        def take_one():
            with lock:
                stock[0] -= 1

        unit = min(repeat(use_lock, number=20, repeat=20))
        for step in (call_once, take_one):
            cost = min(repeat(step, number=20, repeat=20)) / unit
            print(f"{step.__name__}: {cost:.0f} times a lock")

"""A lock made of a file that can be created only once."""

import os
import time
from contextlib import contextmanager
from multiprocessing import Process, RawValue


@contextmanager
def locked(tries):
    while True:
        tries.value += 1
        try:
            os.close(os.open("lock", os.O_CREAT | os.O_EXCL))
            break
        except FileExistsError:
            pass
    try:
        yield
    finally:
        os.unlink("lock")


def work(tries, entered):
    with locked(tries):
        entered.value = True


if __name__ == "__main__":
    tries, entered = RawValue("i", 0), RawValue("b", False)
    child = Process(target=work, args=(tries, entered))
    with locked(RawValue("i", 0)):
        child.start()
        while tries.value < 1000 and child.is_alive():
            time.sleep(0.01)
        print(f"held: child has entered: {bool(entered.value)}")
    child.join()
    print(f"free: child has entered: {bool(entered.value)}")
    print(f"it tried {tries.value} times")

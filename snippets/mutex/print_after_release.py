"""On a pipe, printed lines leave after the lock is released."""

import time
from multiprocessing import Lock, Process


def report(name):
    print(f"{name}: start")
    time.sleep(0.2)
    print(f"{name}: over")


def work(lock):
    with lock:
        report("child")


if __name__ == "__main__":
    lock = Lock()
    child = Process(target=work, args=(lock,))
    with lock:
        child.start()
        report("parent")
    child.join()
    print(f"parent: child's exit code: {child.exitcode}")

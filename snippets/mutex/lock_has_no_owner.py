"""Any process may release a Lock; an RLock has an owner."""

from multiprocessing import Lock, Process, RLock


def release(lock):
    try:
        lock.release()
        print("child: released it")
    except AssertionError as error:
        print(f"child: {error}")


if __name__ == "__main__":
    for kind in (Lock, RLock):
        lock = kind()
        lock.acquire()
        again = lock.acquire(timeout=0.2)
        print(f"{kind.__name__}, acquired again: {again}")
        child = Process(target=release, args=(lock,))
        child.start()
        child.join()

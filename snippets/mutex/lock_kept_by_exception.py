"""After an exception the lock is free only thanks to with."""

from multiprocessing import Lock, Process


def read_plainly(text, lock):
    lock.acquire()
    int(text)
    lock.release()


def read_in_with(text, lock):
    with lock:
        int(text)


if __name__ == "__main__":
    for read in (read_plainly, read_in_with):
        lock = Lock()
        child = Process(target=read, args=("ten", lock))
        child.start()
        child.join()
        free = lock.acquire(timeout=0.2)
        print(f"{read.__name__}: lock is free: {free}")

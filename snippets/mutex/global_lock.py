"""A lock made at import may be another one in each process."""

import sys
from multiprocessing import get_context

context = get_context(sys.argv[1])
lock = context.Lock()


def work():
    free = lock.acquire(block=False)
    print(f"child: lock is free: {free}")


if __name__ == "__main__":
    with lock:
        child = context.Process(target=work)
        child.start()
        child.join()

"""Who shares a lock that is made at import, by start method."""

import sys
from multiprocessing import Lock, get_context

lock = Lock()


def try_lock(name):
    got_it = lock.acquire(timeout=0.3)
    print(f"{name} child: {'got it' if got_it else 'had to wait'}")


if __name__ == "__main__":
    context = get_context(sys.argv[1])
    with lock:
        print("parent: got it, and keeps it")
        for name in ("first", "second"):
            child = context.Process(target=try_lock, args=(name,))
            child.start()
            child.join()

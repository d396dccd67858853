"""Fork copies a lock that is held, but not the thread."""

import sys
import threading
from multiprocessing import get_context

lock = threading.Lock()


def hold(held, done):
    with lock:
        held.set()
        done.wait()


def work():
    print(f"child: {threading.active_count()} thread")
    print(f"child: gets the lock: {lock.acquire(timeout=0.3)}")


if __name__ == "__main__":
    context = get_context(sys.argv[1])
    held, done = threading.Event(), threading.Event()
    threading.Thread(target=hold, args=(held, done)).start()
    held.wait()
    print(f"parent: {threading.active_count()} threads")
    child = context.Process(target=work)
    child.start()
    child.join()
    print(f"parent: child's exit code is {child.exitcode}")
    done.set()

"""What a bounded queue does when it is full, and when empty."""

from multiprocessing import Queue
from queue import Empty, Full
from time import monotonic


def attempt(call, *args, timeout, **options):
    start = monotonic()
    try:
        call(*args, timeout=timeout, **options)
    except (Full, Empty) as error:
        waited = monotonic() - start > timeout / 2
        when = "after the timeout" if waited else "at once"
        print(f"{call.__name__}: {type(error).__name__} {when}")


if __name__ == "__main__":
    queue = Queue(maxsize=2)
    queue.put(1)
    queue.put(2)
    attempt(queue.put, 3, timeout=0.2)
    attempt(queue.put, 3, block=False, timeout=3)
    print(f"get: {queue.get()}")
    print(f"get: {queue.get()}")
    attempt(queue.get, timeout=0.2)
    attempt(queue.get, block=False, timeout=3)

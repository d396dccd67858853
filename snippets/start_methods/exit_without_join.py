"""A parent that does not join takes its lock along."""

import sys
import time
from multiprocessing import get_context


class Slow:
    """Takes its time to be unpickled, as a large object does."""

    def __reduce__(self):
        return time.sleep, (0.5,)


def work(slow, lock):
    print(f"child: received {lock}")


if __name__ == "__main__":
    context = get_context(sys.argv[1])
    lock = context.Lock()
    args = (Slow(), lock)
    print("parent: starts a child, then has nothing to do")
    context.Process(target=work, args=args).start()

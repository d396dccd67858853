"""What a child can be given as an argument, by start method."""

import queue
import sys
import threading
from multiprocessing import get_context


def work(given):
    pass


if __name__ == "__main__":
    context = get_context(sys.argv[1])
    gifts = {
        "a list": [1, 2, 3],
        "a multiprocessing queue": context.Queue(),
        "an open file": sys.stdout,
        "a generator": (number for number in range(3)),
        "a thread's lock": threading.Lock(),
        "a thread's queue": queue.Queue(),
        "a lambda": lambda: None,
    }
    for name, given in gifts.items():
        child = context.Process(target=work, args=(given,))
        try:
            child.start()
        except Exception as error:
            print(f"{name}: {type(error).__name__}: {error}")
        else:
            child.join()
            print(f"{name}: exit code {child.exitcode}")

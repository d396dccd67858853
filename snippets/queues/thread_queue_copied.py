"""A queue.Queue does not connect processes, and may not say so."""

import sys
from multiprocessing import get_context
from queue import Queue


def work(queue):
    queue.put("from the child")
    print(f"child: {queue.qsize()} in the queue")


if __name__ == "__main__":
    context = get_context(sys.argv[1])
    queue = Queue()
    queue.put("from the parent")
    child = context.Process(target=work, args=(queue,))
    try:
        child.start()
        child.join()
    except TypeError as error:
        print(f"TypeError: {error}")
    print(f"parent: {queue.qsize()} in the queue")

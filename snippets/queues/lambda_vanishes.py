"""An item that cannot be pickled vanishes from a Queue."""

from multiprocessing import Queue, SimpleQueue
from queue import Empty

if __name__ == "__main__":
    queue = Queue()
    queue.put(lambda: "never seen")
    queue.put("the next item")
    print(f"get: {queue.get()}")
    try:
        queue.get(timeout=0.2)
    except Empty:
        print("get: Empty")

    try:
        SimpleQueue().put(lambda: "never seen")
    except Exception as error:
        print(f"SimpleQueue.put: {type(error).__name__}")

"""put() returns before its item has been pickled and sent."""

from multiprocessing import Queue
from queue import Empty
from threading import Event


class Letter:
    """A letter that takes long to pickle: until it is stamped."""

    def __init__(self, text):
        self.text = text
        self.stamped = Event()

    def __reduce__(self):
        self.stamped.wait()
        return str, (self.text,)


if __name__ == "__main__":
    queue = Queue()
    letter = Letter("as it was put")
    queue.put(letter)
    print(f"empty: {queue.empty()}")
    try:
        queue.get_nowait()
    except Empty:
        print("get_nowait: Empty")

    letter.text = "changed after put"
    letter.stamped.set()
    print(f"get: {queue.get()}")

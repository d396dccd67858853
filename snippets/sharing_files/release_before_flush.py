"""Text that is still in a buffer when the lock is released."""

import time
from multiprocessing import Event, Lock, Process
from pathlib import Path

NOTE = Path("note.txt")


def write(flush, lock, locked, seen):
    with lock:
        locked.set()
        # Time enough for a reader who does not wait for the lock.
        time.sleep(0.1)
        file = NOTE.open("w")
        file.write("new")
        if flush:
            file.flush()
    seen.wait()
    file.close()


if __name__ == "__main__":
    for flush in (False, True):
        NOTE.write_text("old")
        lock, locked, seen = Lock(), Event(), Event()
        args = (flush, lock, locked, seen)
        writer = Process(target=write, args=args)
        writer.start()
        locked.wait()
        with lock:
            text = NOTE.read_text()
        seen.set()
        writer.join()
        final = NOTE.read_text()
        print(
            f"flush: {flush}, next holder: {text!r}, end: {final!r}"
        )

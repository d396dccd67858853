"""A file lock becomes free when the process that holds it dies."""

import fcntl
import time
from multiprocessing import Event, Process


def hold(held):
    with open("counter.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        held.set()
        time.sleep(60)


def try_lock():
    with open("counter.lock", "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return "free"
        except BlockingIOError:
            return "taken"


if __name__ == "__main__":
    held = Event()
    holder = Process(target=hold, args=(held,))
    holder.start()
    held.wait()
    print(f"holder alive: {try_lock()}")
    holder.kill()
    holder.join()
    print(
        f"holder killed, exit code {holder.exitcode}: {try_lock()}"
    )

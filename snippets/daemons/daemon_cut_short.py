"""The parent ends, and its daemonic child is cut short."""

import time
from multiprocessing import Event, Process


def work(at_work):
    print("child start", flush=True)
    print("child at work")
    at_work.set()
    time.sleep(60)
    print("child over")


if __name__ == "__main__":
    at_work = Event()
    Process(target=work, args=(at_work,), daemon=True).start()
    at_work.wait()
    time.sleep(0.2)  # the parent's own work
    print("parent over")

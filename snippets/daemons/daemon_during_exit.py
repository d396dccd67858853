"""A daemon lives until multiprocessing's own exit handler runs."""

import atexit
import threading
import time
from multiprocessing import Event, Process


def work(started):
    started.set()
    time.sleep(60)


def report(who, child):
    state = "runs" if child.is_alive() else "has ended"
    print(f"{who}: daemon {state}, exit code {child.exitcode}")


def outlive_main(child):
    threading.main_thread().join()
    report("thread", child)


if __name__ == "__main__":
    # atexit runs its handlers last in, first out. The handler of
    # multiprocessing is registered when Event() first needs it.
    atexit.register(lambda: report("early handler", child))
    started = Event()
    atexit.register(lambda: report("late handler", child))

    child = Process(target=work, args=(started,), daemon=True)
    child.start()
    started.wait()
    threading.Thread(target=outlive_main, args=(child,)).start()
    print("main code over")

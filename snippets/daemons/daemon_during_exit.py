"""A daemon lives until multiprocessing's own exit handler runs."""

import atexit
import threading
import time
from multiprocessing import Process


def report(who, child):
    state = "runs" if child.is_alive() else "has ended"
    print(f"{who}: daemon {state}, exit code {child.exitcode}")


def outlive_main(child):
    threading.main_thread().join()
    report("thread", child)


if __name__ == "__main__":
    # atexit runs its handlers last in, first out. The handler of
    # multiprocessing is registered when start() first needs it.
    child = Process(target=time.sleep, args=(60,), daemon=True)
    atexit.register(lambda: report("early handler", child))
    child.start()
    atexit.register(lambda: report("late handler", child))
    threading.Thread(target=outlive_main, args=(child,)).start()
    print("main code over")

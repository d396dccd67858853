"""A daemon that ignores SIGTERM makes its parent's exit wait."""

import atexit
import signal
import time
from multiprocessing import Event, Process


def work(ready, parent_over):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    ready.set()
    parent_over.wait()
    time.sleep(0.3)
    print("daemon: over when I say so")


if __name__ == "__main__":
    # Registered before multiprocessing's handler, so run after it.
    atexit.register(lambda: print(f"exit code: {child.exitcode}"))
    ready, parent_over = Event(), Event()
    args = (ready, parent_over)
    child = Process(target=work, args=args, daemon=True)
    child.start()
    ready.wait()
    print("parent: main code over")
    parent_over.set()

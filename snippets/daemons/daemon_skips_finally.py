"""SIGTERM skips finally, unless a handler turns it into an exit."""

import signal
import sys
import time
from multiprocessing import Event, Process


def work(started, handle):
    if handle:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        started.set()
        # a signal just before a sleep is handled after it
        while True:
            time.sleep(0.01)
    finally:
        print("child: finally runs")


if __name__ == "__main__":
    for handle in (False, True):
        started = Event()
        args = (started, handle)
        child = Process(target=work, args=args, daemon=True)
        child.start()
        started.wait()
        child.terminate()
        child.join()
        print(f"handler: {handle}, exit code: {child.exitcode}")

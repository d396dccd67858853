"""Under python -O a daemon's child starts, and outlives it."""

import time
from multiprocessing import Pipe, Process


def linger(there):
    there.send("grandchild: started")
    # An orphan is ended by nobody: the time limit is its own.
    if there.poll(10):
        there.send("grandchild: still here")


def work(there):
    try:
        Process(target=linger, args=(there,)).start()
    except AssertionError as error:
        there.send(f"AssertionError: {error}")
    time.sleep(60)


if __name__ == "__main__":
    here, there = Pipe()
    daemon = Process(target=work, args=(there,), daemon=True)
    daemon.start()
    there.close()
    print(here.recv())
    daemon.terminate()
    daemon.join()
    print(f"daemon: terminated, exit code {daemon.exitcode}")
    try:
        here.send("your creator is gone")
        print(here.recv())
    except (EOFError, OSError):
        print("grandchild: none")

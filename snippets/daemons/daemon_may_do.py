"""A daemon may use threads, locks, queues and other programs."""

import subprocess
import sys
from multiprocessing import Lock, Process, Queue
from threading import Thread


def work():
    results = Queue()
    thread = Thread(target=results.put, args=("thread",))
    with Lock():
        thread.start()
        print(f"from a {results.get()}, through a queue")
    thread.join()

    command = [sys.executable, "-c", "print('from a program')"]
    print(subprocess.check_output(command, text=True), end="")


if __name__ == "__main__":
    child = Process(target=work, daemon=True)
    child.start()
    child.join()
    print(f"exit code: {child.exitcode}")

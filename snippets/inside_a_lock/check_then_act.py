"""Two see a lowered flag before either of them raises it."""

import multiprocessing
import threading
from multiprocessing import Process, RawArray, RawValue
from threading import Thread


def work(number, locked, entered, both_looked):
    if not locked.value:
        both_looked.wait()
        locked.value = True
        entered[number] = True


def count(kind, both_looked):
    locked, entered = RawValue("b", False), RawArray("b", 2)
    workers = [
        kind(
            target=work, args=(number, locked, entered, both_looked)
        )
        for number in range(2)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(f"{kind.__name__}: {sum(entered)} of 2 entered")


if __name__ == "__main__":
    count(Process, multiprocessing.Barrier(2))
    count(Thread, threading.Barrier(2))

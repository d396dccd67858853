"""A lock around private work makes the workers queue for it."""

import time
from multiprocessing import Barrier, Lock, Process, RawValue


def record(done):
    seen = done.value
    time.sleep(0.01)
    done.value = seen + 1


def work(done, lock, together):
    together.wait()
    with lock:
        time.sleep(0.1)  # work that touches nothing shared
        record(done)
    together.wait()
    time.sleep(0.1)
    with lock:
        record(done)
    together.wait()


if __name__ == "__main__":
    lock, together = Lock(), Barrier(5)
    done = RawValue("i", 0)
    args = (done, lock, together)
    workers = [Process(target=work, args=args) for _ in range(4)]
    for worker in workers:
        worker.start()
    times = []
    for _ in range(3):
        together.wait()
        times.append(time.perf_counter())
    for worker in workers:
        worker.join()
    start, middle, end = times
    print(f"{done.value} of 8 jobs recorded")
    print(f"wide / narrow: {(middle - start) / (end - middle):.1f}")

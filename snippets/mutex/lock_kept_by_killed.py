"""A process that is killed keeps its lock for ever."""

import time
from multiprocessing import Event, Lock, Process


def hold(lock, holding):
    with lock:
        holding.set()
        time.sleep(60)


if __name__ == "__main__":
    lock, holding = Lock(), Event()
    holder = Process(target=hold, args=(lock, holding))
    holder.start()
    holding.wait()
    holder.kill()
    holder.join()
    print(f"holder's exit code: {holder.exitcode}")
    print(f"lock is free: {lock.acquire(timeout=0.5)}")

"""A worker is killed with a lock and a job in its hands."""

import logging
import os
import sys
from signal import SIGKILL

try:
    import dask
    from distributed import Client, Lock, Queue
except ImportError:
    sys.exit("Dask is missing: python -m pip install distributed")

SETTINGS = {
    "scheduler.locks.lease-timeout": "2s",
    "scheduler.locks.lease-validation-interval": "1s",
    "worker.multiprocessing-method": "forkserver",
}
LOCAL = {"n_workers": 2, "dashboard_address": ":0"}


def take_job(jobs, lock, runs):
    runs.put(1)
    with lock:
        job = jobs.get()
        if job == "tea":
            os.kill(os.getpid(), SIGKILL)
    return f"{job} in run {runs.qsize()}, left: {jobs.get()}"


if __name__ == "__main__":
    logging.disable()
    for name, value in SETTINGS.items():
        dask.config.set({f"distributed.{name}": value})
    with Client(**LOCAL) as client:
        jobs, lock, runs = tools = Queue(), Lock(), Queue()
        list(map(jobs.put, ("tea", "coffee", "milk")))
        print(client.submit(take_job, *tools).result())

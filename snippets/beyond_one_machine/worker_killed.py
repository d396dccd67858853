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

LEASE = {"lease-timeout": "2s", "lease-validation-interval": "1s"}
WORKERS = {"multiprocessing-method": "forkserver"}


def take_job(jobs, lock, runs):
    runs.put("take_job")
    with lock:
        job = jobs.get()
        if job == "tea":
            os.kill(os.getpid(), SIGKILL)
    return job


if __name__ == "__main__":
    logging.disable()
    dask.config.set({"distributed.scheduler.locks": LEASE})
    dask.config.set({"distributed.worker": WORKERS})
    with Client(*sys.argv[1:], n_workers=2) as client:
        jobs, lock, runs = Queue(), Lock(), Queue()
        for job in ("tea", "coffee", "milk"):
            jobs.put(job)
        first, *_ = client.scheduler_info()["workers"]
        here = {"workers": [first], "allow_other_workers": True}
        nine = client.submit(pow, 3, 2, **here)
        print(f"on the first worker: {nine.result()}")
        taken = client.submit(take_job, jobs, lock, runs, **here)
        print(f"take_job: {taken.result()}, {runs.qsize()} runs")
        print(f"after the kill: {nine.result()}")
        print(f"left: {jobs.get(batch=True)}")

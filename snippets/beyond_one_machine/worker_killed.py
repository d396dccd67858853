"""A worker is killed with a lock and a job in its hands."""

import os
import sys
from signal import SIGKILL

# Dask reads this when it is imported, here and in its workers.
DASK = "DASK_DISTRIBUTED__"
LEASE = f"{DASK}SCHEDULER__LOCKS__LEASE_"
os.environ |= {
    f"{LEASE}TIMEOUT": "2s",
    f"{LEASE}VALIDATION_INTERVAL": "1s",
    f"{DASK}WORKER__MULTIPROCESSING_METHOD": "forkserver",
    "DASK_LOGGING__DISTRIBUTED": "critical",
}

try:
    from distributed import Client, Lock, Queue
except ImportError:
    sys.exit("Dask is missing: python -m pip install distributed")

# Without an address: two workers, processes of this machine.
EMBEDDED = {"n_workers": 2, "dashboard_address": ":0"}


def take_job(jobs, lock, runs):
    runs.put(1)
    with lock:
        job = jobs.get()
        if job == "tea":
            os.kill(os.getpid(), SIGKILL)
    return f"{job} in run {runs.qsize()}, left: {jobs.get()}"


if __name__ == "__main__":
    options = {} if sys.argv[1:] else EMBEDDED
    with Client(*sys.argv[1:], **options) as client:
        jobs, lock, runs = tools = Queue(), Lock(), Queue()
        list(map(jobs.put, ("tea", "coffee", "milk")))
        print(client.submit(take_job, *tools).result())

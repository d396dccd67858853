"""A lock, a counter, a queue and workers, on Dask."""

import sys
import time

try:
    from distributed import Client, Lock, Queue, Variable
except ImportError:
    sys.exit("Dask is missing: python -m pip install distributed")

# Without an address: a scheduler and two workers in this process.
EMBEDDED = {
    "n_workers": 2,
    "processes": False,
    "dashboard_address": ":0",
}


def work(number, lock, counter, results):
    with lock:
        seen = counter.get()
        # Time enough for the other worker to read the same number.
        time.sleep(0.01)
        counter.set(seen + 1)
    results.put(number * number)
    return number + 1


if __name__ == "__main__":
    options = {} if sys.argv[1:] else EMBEDDED
    with Client(*sys.argv[1:], **options) as client:
        tools = Lock(), Variable(), Queue()
        _, counter, results = tools
        counter.set(0)
        jobs = [range(10), *([tool] * 10 for tool in tools)]
        after = client.gather(client.map(work, *jobs))
        print(f"counter: {counter.get()}")
        print(f"queue: {sorted(results.get(batch=10))}")
        print(f"map: {after}")

"""A worker does every job before the sentinel, and then ends."""

from multiprocessing import Process, SimpleQueue


def work(jobs):
    for job in iter(jobs.get, None):
        print(f"worker: {job}")
    print("worker: no more jobs")


if __name__ == "__main__":
    jobs = SimpleQueue()
    worker = Process(target=work, args=(jobs,))
    worker.start()
    for job in ("wash", "dry", None):
        jobs.put(job)
    worker.join()
    print(f"parent over, worker's exit code: {worker.exitcode}")

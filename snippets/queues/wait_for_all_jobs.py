"""A JoinableQueue tells when all of its jobs have been done."""

import time
from multiprocessing import JoinableQueue, Process, SimpleQueue


def work(jobs, results):
    for job in iter(jobs.get, None):
        time.sleep(0.05)
        results.put(f"{job} done")
        jobs.task_done()


if __name__ == "__main__":
    jobs, results = JoinableQueue(), SimpleQueue()
    args = (jobs, results)
    workers = [Process(target=work, args=args) for _ in "ab"]
    for worker in workers:
        worker.start()

    for stage in (["wash", "rinse", "spin"], ["dry", "fold"]):
        for job in stage:
            jobs.put(job)
        jobs.join()
        done = []
        while not results.empty():
            done.append(results.get())
        print(sorted(done))

    for _ in workers:
        jobs.put(None)
    for worker in workers:
        worker.join()
    print(f"exit codes: {[worker.exitcode for worker in workers]}")

"""Two workers square six numbers, and the parent collects."""

from multiprocessing import Process, Queue


def work(jobs, results):
    for number in iter(jobs.get, None):
        results.put(number * number)


if __name__ == "__main__":
    jobs, results = Queue(), Queue()
    args = (jobs, results)
    workers = [
        Process(target=work, args=args, daemon=True) for _ in "ab"
    ]
    for worker in workers:
        worker.start()
    for number in range(6):
        jobs.put(number)
    squares = []
    while not results.empty():
        squares.append(results.get())
    print(sorted(squares))

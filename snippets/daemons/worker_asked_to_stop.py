"""A worker that is asked to stop cleans up and is joined."""

from multiprocessing import Event, Process


def work(working, stop):
    rounds = 0
    try:
        while not stop.wait(timeout=0.01):
            rounds += 1
            working.set()
    finally:
        print(f"worker: worked: {rounds > 0}, cleaned up")


if __name__ == "__main__":
    working, stop = Event(), Event()
    worker = Process(target=work, args=(working, stop))
    worker.start()
    working.wait()
    stop.set()
    worker.join()
    print(f"parent over, worker's exit code: {worker.exitcode}")

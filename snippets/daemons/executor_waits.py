"""The with block of an executor waits until its work is done."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import current_process


def square(number):
    worker = current_process()
    return f"{number * number}, worker is a daemon: {worker.daemon}"


if __name__ == "__main__":
    with ProcessPoolExecutor(max_workers=2) as executor:
        futures = [executor.submit(square, n) for n in range(4)]
    print(f"all done: {all(future.done() for future in futures)}")
    for future in futures:
        print(future.result())

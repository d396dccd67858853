"""After the with block of a manager its proxies are of no use."""

from multiprocessing import Manager, Process


def work(results, number):
    results[number] = number * number


if __name__ == "__main__":
    with Manager() as manager:
        results = manager.dict()
        workers = [
            Process(target=work, args=(results, i))
            for i in range(3)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        copied = results.copy()
    print(f"the copy: {sorted(copied.items())}")
    try:
        print(f"the proxy: {len(results)} items")
    except (EOFError, OSError) as error:
        print(f"the proxy: {type(error).__name__}")

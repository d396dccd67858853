"""Each child multiplies a price by a rate and sends it back."""

from multiprocessing import Process, SimpleQueue

rate = 1


def convert(price, results):
    results.put(price * rate)


if __name__ == "__main__":
    rate = 2
    results = SimpleQueue()
    children = [
        Process(target=convert, args=(price, results))
        for price in (10, 20)
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()
    prices = sorted(results.get() for _ in children)
    print(f"prices: {prices}")

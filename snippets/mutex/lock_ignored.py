"""A lock stops only those who ask for it."""

from multiprocessing import Lock, Process, RawValue


def add_one(price, lock):
    with lock:
        price.value += 1


def overwrite(price):
    price.value = 99


if __name__ == "__main__":
    lock = Lock()
    price = RawValue("i", 10)
    asks = Process(target=add_one, args=(price, lock))
    does_not_ask = Process(target=overwrite, args=(price,))
    with lock:
        asks.start()
        does_not_ask.start()
        does_not_ask.join()
        print(f"while the parent holds the lock: {price.value}")
    asks.join()
    print(f"after the release: {price.value}")

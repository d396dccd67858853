"""With a lock, one process at a time counts its sale."""

import time
from multiprocessing import Lock, Process, RawValue


def sell(sold, lock):
    with lock:
        seen = sold.value
        print(f"read {seen}")
        time.sleep(0.1)
        sold.value = seen + 1
        print(f"wrote {seen + 1}")


if __name__ == "__main__":
    lock = Lock()
    sold = RawValue("i", 0)
    tills = [
        Process(target=sell, args=(sold, lock)) for _ in range(3)
    ]
    for till in tills:
        till.start()
    for till in tills:
        till.join()
    print(f"{sold.value} of 3 sales counted")

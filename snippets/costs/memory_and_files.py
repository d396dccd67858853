"""What an update under a lock costs, in memory and in a file."""

import os
from multiprocessing import Lock, Value, cpu_count
from multiprocessing.shared_memory import SharedMemory
from platform import machine, python_version
from timeit import Timer

NAME = "counter", "rb+"
WAYS = {
    "Lock alone": "with lock: pass",
    "shared_memory": "with lock: memory.buf[0] ^= 1",
    "Value": "with value: value.value += 1",
    "file, kept open": "with lock: add_one(file)",
    "file, opened": "with lock, open(*NAME) as f: add_one(f)",
    "file, fsync": "with lock: add_one(file); os.fsync(file)",
}


def add_one(file):
    number = int(os.pread(file.fileno(), 20, 0) or 0)
    os.pwrite(file.fileno(), b"%d" % (number + 1), 0)


if __name__ == "__main__":
    print(f"Python {python_version()}, {cpu_count()} x {machine()}")
    lock, value = Lock(), Value("i", 0)
    memory = SharedMemory(create=True, size=1)
    with open("counter", "wb+") as file:
        for way, do in WAYS.items():
            times = Timer(do, globals=globals()).repeat(6, 10)
            five = sorted(times[1:])  # the first warms up
            if way == "Lock alone":
                one = five[2]
            low, _, mid, _, high = (f"{t / one:,.1f}" for t in five)
            print(f"{way}: {mid} times a Lock ({low} to {high})")
    print(f"a Lock takes {one * 1e8:.0f} ns")
    memory.close()
    memory.unlink()

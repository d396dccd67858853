"""What an update costs in memory, in a file and through queues."""

import os
from multiprocessing import Lock, Process, SimpleQueue, Value
from timeit import repeat


def answer(requests, answers):
    for number in iter(requests.get, None):
        answers.put(number + 1)


if __name__ == "__main__":
    value, lock = Value("i", 0), Lock()
    file = os.open("counter.txt", os.O_RDWR | os.O_CREAT)
    os.write(file, b"0")
    requests, answers = SimpleQueue(), SimpleQueue()
    server = Process(target=answer, args=(requests, answers))
    server.start()

    def in_memory():
        with value.get_lock():
            value.value += 1

    def in_file():
        with lock:
            number = int(os.pread(file, 20, 0))
            os.pwrite(file, b"%d" % (number + 1), 0)

    def through_queues():
        requests.put(0)
        answers.get()

    unit = min(repeat(in_memory, number=10, repeat=50))
    for update in (in_file, through_queues):
        cost = min(repeat(update, number=10, repeat=50)) / unit
        print(f"{update.__name__}: {cost:.0f} times in_memory")
    requests.put(None)
    server.join()

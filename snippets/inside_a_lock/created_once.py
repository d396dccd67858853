"""Look, then create: two succeed. Create or fail: one does."""

import os
from multiprocessing import Barrier, Process, SimpleQueue


def look_then_create(results, both_looked):
    if not os.path.exists("first"):
        both_looked.wait()
        os.close(os.open("first", os.O_CREAT))
        results.put("created")


def create_or_fail(results):
    try:
        os.close(os.open("second", os.O_CREAT | os.O_EXCL))
        results.put("created")
    except FileExistsError:
        results.put("refused")


def compete(work, *args):
    results = SimpleQueue()
    for _ in range(2):
        Process(target=work, args=(results, *args)).start()
    outcome = sorted([results.get(), results.get()])
    print(f"{work.__name__}: {' and '.join(outcome)}")


if __name__ == "__main__":
    compete(look_then_create, Barrier(2))
    compete(create_or_fail)

"""One call to a manager is safe, a read and a write are not."""

import time
from multiprocessing import Barrier, Manager, Process


def meet(all_have_read):
    all_have_read.wait()
    time.sleep(0.1)
    return 1


def work(stock, names, name, all_have_read):
    names.append(name)
    # stock[0] is read, then the right side is computed, and only
    # then stock[0] is set.
    stock[0] -= meet(all_have_read)


if __name__ == "__main__":
    with Manager() as manager:
        stock, names = manager.list([100]), manager.list()
        args = (stock, names)
        barrier = Barrier(4)
        workers = [
            Process(target=work, args=(*args, name, barrier))
            for name in "ABCD"
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        print(f"appended: {sorted(names)}")
        print(f"stock: {stock}")

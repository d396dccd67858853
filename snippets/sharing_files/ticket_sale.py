"""Five buyers want the only ticket, without a lock or with one."""

import sys
from contextlib import nullcontext, suppress
from multiprocessing import Barrier, Lock, Process
from pathlib import Path
from threading import BrokenBarrierError

STOCK = Path("stock.txt")


def buy(buyer, lock, all_have_looked, patience):
    with lock:
        left = int(STOCK.read_text())
        with suppress(BrokenBarrierError):
            all_have_looked.wait(patience)
        if left > 0:
            STOCK.write_text(str(left - 1))
            Path(f"ticket_of_buyer_{buyer}.txt").touch()


if __name__ == "__main__":
    STOCK.write_text("1")
    locked = "locked" in sys.argv
    lock = Lock() if locked else nullcontext()
    # With a lock nobody else can look: do not wait for that.
    args = (lock, Barrier(5), 0.2 if locked else None)
    buyers = [
        Process(target=buy, args=(i, *args)) for i in range(5)
    ]
    for buyer in buyers:
        buyer.start()
    for buyer in buyers:
        buyer.join()
    sold = len(list(Path().glob("ticket_of_buyer_*.txt")))
    print(f"tickets sold: {sold}, in stock: {STOCK.read_text()}")

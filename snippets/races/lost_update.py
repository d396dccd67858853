"""Two processes add 1 to a number, and one addition is lost."""

from multiprocessing import Barrier, Process, RawValue


def deposit(balance, both_have_read):
    seen = balance.value
    both_have_read.wait()
    balance.value = seen + 1


if __name__ == "__main__":
    balance = RawValue("i", 0)
    both_have_read = Barrier(2)
    args = (balance, both_have_read)
    children = [
        Process(target=deposit, args=args) for _ in range(2)
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()
    print(f"2 deposits, balance {balance.value}")

"""Money goes from either account to the other."""

from multiprocessing import Lock, Process, RawArray


def transfer(source, target, balances, locks):
    for _ in range(10):
        balances[source] -= 1
        balances[target] += 1


if __name__ == "__main__":
    balances = RawArray("i", [100, 100])
    locks = [Lock(), Lock()]  # one for each account
    clerks = [
        Process(target=transfer, args=(*way, balances, locks))
        for way in ((0, 1), (1, 0))
    ]
    for clerk in clerks:
        clerk.start()
    for clerk in clerks:
        clerk.join()
    print(f"balances: {balances[:]}")

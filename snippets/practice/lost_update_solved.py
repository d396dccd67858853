"""Two tellers pay 20 times into one account."""

from multiprocessing import Process, Value


def pay_in(balance):
    for _ in range(20):
        with balance.get_lock():
            balance.value += 1


if __name__ == "__main__":
    balance = Value("i", 0)
    tellers = [
        Process(target=pay_in, args=(balance,)) for _ in range(2)
    ]
    for teller in tellers:
        teller.start()
    for teller in tellers:
        teller.join()
    print(f"balance: {balance.value}")

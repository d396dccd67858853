"""Three waiters write their orders into a manager's dict."""

from multiprocessing import Lock, Manager, Process


def take_orders(table, orders, lock):
    for _ in range(2):
        with lock:
            orders["tea"] += [table]


if __name__ == "__main__":
    lock = Lock()
    with Manager() as manager:
        orders = manager.dict(tea=[])
        waiters = [
            Process(target=take_orders, args=(i, orders, lock))
            for i in range(3)
        ]
        for waiter in waiters:
            waiter.start()
        for waiter in waiters:
            waiter.join()
        print(f"cups of tea: {len(orders['tea'])}")

"""A daemon is refused every kind of multiprocessing child."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import Manager, Pool, Process


def use_executor():
    with ProcessPoolExecutor(max_workers=1) as executor:
        executor.submit(abs, -3)


def work():
    print(f"a new Process is a daemon: {Process().daemon}")
    attempts = {
        "Process": lambda: Process(target=abs, args=(-3,)).start(),
        "Pool": lambda: Pool(1),
        "Manager": Manager,
        "ProcessPoolExecutor": use_executor,
    }
    for name, attempt in attempts.items():
        try:
            attempt()
            print(f"{name}: allowed")
        except AssertionError as error:
            print(f"{name}: {error}")


if __name__ == "__main__":
    child = Process(target=work, daemon=True)
    child.start()
    child.join()

"""A lock of the fork context cannot be sent to a spawned child."""

from multiprocessing import get_context


def work(lock):
    lock.acquire()


if __name__ == "__main__":
    for made in ("fork", "spawn"):
        for started in ("fork", "spawn"):
            lock = get_context(made).Lock()
            context = get_context(started)
            child = context.Process(target=work, args=(lock,))
            print(f"{made} lock, {started} child:", end=" ")
            try:
                child.start()
            except RuntimeError as error:
                print(f"RuntimeError: {error}")
            else:
                child.join()
                print(f"shared: {not lock.acquire(block=False)}")

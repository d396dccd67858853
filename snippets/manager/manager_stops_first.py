"""The exit of the parent stops the manager before the child."""

from multiprocessing import Event, Manager, Process
from multiprocessing.managers import RemoteError


def work(shared, at_work):
    try:
        while True:
            shared.append("more")
            at_work.set()
    except (EOFError, OSError, RemoteError) as error:
        print(f"child: {type(error).__name__}")


if __name__ == "__main__":
    manager = Manager()
    shared, at_work = manager.list(), Event()
    child = Process(target=work, args=(shared, at_work))
    child.start()
    at_work.wait()
    print("parent over")

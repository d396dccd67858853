"""A daemon that starts a child fails; its parent goes on."""

from multiprocessing import Process


def greet():
    print("grandchild: hello")


def work():
    Process(target=greet, daemon=False).start()


if __name__ == "__main__":
    child = Process(target=work, daemon=True)
    child.start()
    child.join()
    print(f"parent goes on, child's exit code: {child.exitcode}")

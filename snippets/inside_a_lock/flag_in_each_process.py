"""A global flag keeps no process out, for each has its own."""

from multiprocessing import Barrier, Process

locked = False


def work(inside):
    global locked
    if not locked:
        locked = True
        inside.wait()
        locked = False


if __name__ == "__main__":
    inside = Barrier(3)
    first = Process(target=work, args=(inside,))
    second = Process(target=work, args=(inside,))
    first.start()
    second.start()
    # Passes only when both children are inside.
    inside.wait(timeout=10)
    print("both children are inside")
    print(f"parent's flag: {locked}")

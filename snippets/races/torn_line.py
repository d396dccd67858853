"""Another process prints while a line is only half written."""

import sys
from multiprocessing import Barrier, Process


class Slow:
    """A value whose text is made while the child prints."""

    def __init__(self, turn):
        self.turn = turn

    def __str__(self):
        self.turn.wait()
        self.turn.wait()
        return "parent"


def work(turn):
    for _ in range(2):
        turn.wait()
        print("child", flush=True)
        turn.wait()


if __name__ == "__main__":
    turn = Barrier(2)
    child = Process(target=work, args=(turn,))
    child.start()
    name = Slow(turn)
    print("Hello from", name)
    sys.stdout.write(f"Hello from {name}\n")
    child.join()
    print(f"child's exit code: {child.exitcode}")

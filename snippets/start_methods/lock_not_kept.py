"""A lock that only the arguments hold is gone after start()."""

import sys
from multiprocessing import get_context


class Gate:
    """Holds up whoever unpickles it, until a message comes."""

    def __init__(self, connection):
        self.connection = connection

    def __reduce__(self):
        return self.connection.recv, ()


def work(gate, lock):
    print(f"child: received {lock}")


if __name__ == "__main__":
    context = get_context(sys.argv[1])
    here, there = context.Pipe()
    child = context.Process(
        target=work, args=(Gate(there), context.Lock())
    )
    # After the start nothing in the parent refers to the lock.
    child.start()
    here.send("go on")
    child.join()
    print(f"parent: child's exit code is {child.exitcode}")

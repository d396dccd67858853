"""What two children find of their parent, by start method."""

import os
import sys
from multiprocessing import get_context, parent_process

print(f"this file runs as {__name__}")
color = "red"


def look(name):
    print(f"{name} child: color is {color}")
    forked_here = parent_process().pid == os.getppid()
    print(f"{name} child: made by its parent: {forked_here}")


if __name__ == "__main__":
    color = "blue"
    context = get_context(sys.argv[1])
    for name in ("first", "second"):
        child = context.Process(target=look, args=(name,))
        child.start()
        child.join()
        print(f"{name} child: exit code {child.exitcode}")

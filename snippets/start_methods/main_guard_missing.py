"""A program without a main guard, run under a start method."""

import subprocess
import sys
from pathlib import Path

UNGUARDED = """\
from multiprocessing import get_context


def work():
    print("child: at work")


child = get_context("{method}").Process(target=work)
child.start()
child.join()
print("parent: child's exit code is", child.exitcode)
"""

if __name__ == "__main__":
    program = UNGUARDED.format(method=sys.argv[1])
    Path("unguarded.py").write_text(program)
    done = subprocess.run([sys.executable, "unguarded.py"])
    print(f"exit status: {done.returncode}")

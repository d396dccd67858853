"""The Python and the machine that ran the programs of this site."""

import multiprocessing
import os
import platform
import sys
from datetime import UTC, datetime

if __name__ == "__main__":
    default = multiprocessing.get_start_method()
    terminal = "yes" if sys.stdout.isatty() else "no"
    kind = f"{platform.system()}, {platform.machine()}"
    print("Python:", platform.python_version())
    print("implementation:", platform.python_implementation())
    print("system:", kind)
    print("cores:", os.cpu_count())
    print("default start method:", default)
    print("output is a terminal:", terminal)
    print("date:", datetime.now(UTC).date())

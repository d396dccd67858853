"""Whether threads compute at once depends on the Python build."""

import sys
import sysconfig
import time
from threading import Thread

done = []


def compute():
    total = 0
    for number in range(150_000):
        total += number * number
    done.append(total)


if __name__ == "__main__":
    build = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
    print(f"free-threaded build: {build}")
    # Up to Python 3.12 there is no such question to ask.
    enabled = getattr(sys, "_is_gil_enabled", lambda: True)
    print(f"GIL enabled: {enabled()}")

    threads = [Thread(target=compute) for _ in range(4)]
    began, used = time.perf_counter(), time.process_time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    used = time.process_time() - used
    passed = time.perf_counter() - began
    print(f"{len(done)} threads: {used / passed:.1f} cores in use")

"""Whether threads compute at once depends on the Python build."""

import sys
import sysconfig
from threading import Barrier, Thread


def compute(log, all_ready):
    log.append("ready")
    all_ready.wait()
    log.append("start")
    total = 0
    for number in range(100_000):
        total += number * number
    log.append("over")


if __name__ == "__main__":
    build = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
    print(f"free-threaded build: {build}")
    # Up to Python 3.12 there is no such question to ask.
    enabled = getattr(sys, "_is_gil_enabled", lambda: True)
    print(f"GIL enabled: {enabled()}")

    # Who has the GIL need not give it back within this minute.
    sys.setswitchinterval(60)
    log, all_ready = [], Barrier(3)
    args = (log, all_ready)
    threads = [Thread(target=compute, args=args) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(*log)

"""Inside a Lock is a semaphore: shared memory with a name."""

from multiprocessing import get_context
from pathlib import Path


def mapped():
    maps = Path("/proc/self/maps").read_text()
    return maps.count("/dev/shm/sem.")


if __name__ == "__main__":
    print(f"no lock: {mapped()} in memory")
    for method in ("fork", "spawn"):
        lock = get_context(method).Lock()
        # Private, and used only to look inside.
        name = lock._semlock.name
        print(f"{method}: {mapped()} in memory, name {name}")
    file = Path("/dev/shm", f"sem.{name[1:]}")
    print(f"its file: {file.exists()}")
    del lock
    print(f"deleted: {mapped()} in memory, file: {file.exists()}")

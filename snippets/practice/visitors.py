"""Three doors count their visitors in one file."""

from multiprocessing import Lock, Process
from pathlib import Path

COUNTER = Path("visits.txt")


def count(lock):
    for _ in range(5):
        file = COUNTER.open("r+")
        with lock:
            visits = int(file.read())
            file.seek(0)
            file.write(str(visits + 1))
        file.close()


if __name__ == "__main__":
    COUNTER.write_text("0")
    lock = Lock()
    doors = [Process(target=count, args=(lock,)) for _ in range(3)]
    for door in doors:
        door.start()
    for door in doors:
        door.join()
    print(f"visits: {COUNTER.read_text()}")

"""The parent reads a report that its child is to write."""

import time
from multiprocessing import Process
from pathlib import Path

REPORT = Path("report.txt")


def write():
    with REPORT.open("w") as report:
        for number in range(5):
            report.write(f"line {number}\n")


if __name__ == "__main__":
    REPORT.touch()
    writer = Process(target=write, daemon=True)
    writer.start()
    time.sleep(0.2)
    lines = REPORT.read_text().splitlines()
    print(f"{len(lines)} of 5 lines")

"""How often two updates of a file go wrong: counted."""

from multiprocessing import Barrier, Process, RawValue
from pathlib import Path

ROUNDS = 50
COUNTER = Path("counter.txt")


def add_one(together, empty):
    for _ in range(ROUNDS):
        together.wait()
        if text := COUNTER.read_text():
            COUNTER.write_text(str(int(text) + 1))
        else:
            empty.value = True
        together.wait()


if __name__ == "__main__":
    together, empty = Barrier(3), RawValue("b", False)
    args = (together, empty)
    for _ in range(2):
        Process(target=add_one, args=args).start()
    outcomes = {"right": 0, "one lost": 0, "file found empty": 0}
    for _ in range(ROUNDS):
        COUNTER.write_text("0")
        empty.value = False
        together.wait()
        together.wait()
        if empty.value:
            outcomes["file found empty"] += 1
        else:
            right = COUNTER.read_text() == "2"
            outcomes["right" if right else "one lost"] += 1
    for outcome, rounds in outcomes.items():
        print(f"{outcome}: {rounds} of {ROUNDS} rounds")

"""How often a race goes wrong: counted, for nothing promises it."""

from multiprocessing import Barrier, Process, RawValue

ROUNDS = 50
STEPS = 10_000


def add(total, together):
    for _ in range(ROUNDS):
        together.wait()
        for _ in range(STEPS):
            total.value += 1
        together.wait()


if __name__ == "__main__":
    total = RawValue("i", 0)
    together = Barrier(3)
    args = (total, together)
    for _ in range(2):
        Process(target=add, args=args).start()
    outcomes = []
    for _ in range(ROUNDS):
        total.value = 0
        together.wait()
        together.wait()
        outcomes.append(total.value)
    right = outcomes.count(2 * STEPS)
    print(f"right: {right} of {ROUNDS} rounds")
    print(f"wrong: {ROUNDS - right} of {ROUNDS} rounds")
    print(f"least total {min(outcomes)}, right is {2 * STEPS}")

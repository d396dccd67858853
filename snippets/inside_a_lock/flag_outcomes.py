"""How often a flag lets two in: counted, not promised."""

from multiprocessing import Barrier, Process, RawArray, RawValue

TRIES = 50_000


def work(me, other, start, locked, inside, entered, met):
    start.wait()
    for _ in range(TRIES):
        if not locked.value:
            locked.value = True
            inside[me] = 1
            entered[me] += 1
            met[me] += inside[other]
            inside[me] = 0
            locked.value = False


if __name__ == "__main__":
    locked = RawValue("b", False)
    inside, entered, met = (RawArray("i", 2) for _ in range(3))
    args = (Barrier(2), locked, inside, entered, met)
    children = [
        Process(target=work, args=(0, 1, *args)),
        Process(target=work, args=(1, 0, *args)),
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()
    tries = f"of {2 * TRIES} tries"
    print(f"entered alone: {sum(entered) - sum(met)} {tries}")
    print(f"met the other inside: {sum(met)} {tries}")
    print(f"skipped: {2 * TRIES - sum(entered)} {tries}")

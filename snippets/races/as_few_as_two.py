"""Two processes add 1 a thousand times each; the total is 2."""

from multiprocessing import Barrier, Process, RawValue


def add(total, times):
    for _ in range(times):
        total.value += 1


def first(total, step):
    seen = total.value
    step.wait()
    step.wait()
    total.value = seen + 1
    step.wait()
    step.wait()
    add(total, 999)
    step.wait()


def second(total, step):
    step.wait()
    add(total, 999)
    step.wait()
    step.wait()
    seen = total.value
    step.wait()
    step.wait()
    total.value = seen + 1


if __name__ == "__main__":
    total, step = RawValue("i", 0), Barrier(2)
    child = Process(target=second, args=(total, step))
    child.start()
    first(total, step)
    child.join()
    print(f"2000 additions, total {total.value}")

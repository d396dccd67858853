"""Behind a flag work is skipped; behind a lock it waits."""

from multiprocessing import Event, Lock, Process, RawValue


def work_by_flag(done, locked):
    for _ in range(3):
        if not locked.value:
            locked.value = True
            done.value += 1
            locked.value = False


def work_by_lock(done, lock, at_door):
    at_door.set()
    for _ in range(3):
        with lock:
            done.value += 1


if __name__ == "__main__":
    done, locked = RawValue("i", 0), RawValue("b", True)
    child = Process(target=work_by_flag, args=(done, locked))
    child.start()
    child.join()
    print(f"flag up: child is over, {done.value} of 3 jobs done")

    lock, at_door = Lock(), Event()
    child = Process(target=work_by_lock, args=(done, lock, at_door))
    with lock:
        child.start()
        at_door.wait()
        child.join(0.3)
        print(
            f"lock held: child waits, {done.value} of 3 jobs done"
        )
    child.join()
    print(f"lock free: child is over, {done.value} of 3 jobs done")

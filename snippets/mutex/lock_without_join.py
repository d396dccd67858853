"""Without join, the exit removes the lock too early."""

from multiprocessing import get_context


def work(lock):
    with lock:
        print("child: in the critical section")


if __name__ == "__main__":
    context = get_context("spawn")
    lock = context.Lock()
    child = context.Process(target=work, args=(lock,))
    child.start()
    print("parent over")

"""A manager's list lives in a process of its own."""

from multiprocessing import Manager, Process, active_children


def work(shared):
    shared.append("from the child")


if __name__ == "__main__":
    original = ["from the parent"]
    with Manager() as manager:
        print(f"children: {[c.name for c in active_children()]}")
        shared = manager.list(original)
        child = Process(target=work, args=(shared,))
        child.start()
        child.join()
        print(f"original: {original}")
        print(f"shared: {shared}")

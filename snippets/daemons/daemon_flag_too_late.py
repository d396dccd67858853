"""The daemon flag is set too late for a process that runs."""

from multiprocessing import Event, Process, current_process


def report(go):
    go.wait()
    print(f"child: daemon is {current_process().daemon}")


if __name__ == "__main__":
    go = Event()
    child = Process(target=report, args=(go,))
    child.start()
    try:
        child.daemon = True
    except AssertionError as error:
        print(f"AssertionError: {error}")
    print(f"parent: daemon is {child.daemon}")
    go.set()
    child.join()

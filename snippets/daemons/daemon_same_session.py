"""A daemonic process stays in its parent's session and group."""

import os
from multiprocessing import Pipe, Process, parent_process


def report(connection):
    session, group = os.getsid(0), os.getpgid(0)
    connection.send((session, group, parent_process().pid))


if __name__ == "__main__":
    reader, writer = Pipe(duplex=False)
    child = Process(target=report, args=(writer,), daemon=True)
    child.start()
    session, group, parent = reader.recv()
    child.join()
    print(f"same session: {session == os.getsid(0)}")
    print(f"same process group: {group == os.getpgid(0)}")
    print(f"its parent is this process: {parent == os.getpid()}")

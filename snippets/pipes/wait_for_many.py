"""wait() tells which of several pipes has something to read."""

from multiprocessing import Pipe, Process
from multiprocessing.connection import wait


def work(writer, name):
    for part in (1, 2):
        writer.send(f"{name} {part}")


if __name__ == "__main__":
    readers, children, messages = [], [], []
    for name in ("Ann", "Ben", "Cleo"):
        reader, writer = Pipe(duplex=False)
        child = Process(target=work, args=(writer, name))
        child.start()
        writer.close()
        readers.append(reader)
        children.append(child)

    while readers:
        for reader in wait(readers):
            try:
                messages.append(reader.recv())
            except EOFError:
                readers.remove(reader)
    for child in children:
        child.join()
    print(sorted(messages))
    print(f"exit codes: {[child.exitcode for child in children]}")

"""A child sends numbers, and the parent adds up all of them."""

from contextlib import suppress
from multiprocessing import Pipe, Process


def send(writer):
    for number in range(10):
        writer.send(number)


if __name__ == "__main__":
    reader, writer = Pipe(duplex=False)
    child = Process(target=send, args=(writer,))
    child.start()
    # The end comes only after every writing end is closed.
    writer.close()
    total = 0
    with suppress(EOFError):
        while True:
            total += reader.recv()
    child.join()
    print(f"sum: {total}")

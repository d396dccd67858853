"""A child sends numbers, and the parent adds up all of them."""

from multiprocessing import Pipe, Process


def send(writer):
    for number in range(10):
        writer.send(number)


if __name__ == "__main__":
    reader, writer = Pipe(duplex=False)
    child = Process(target=send, args=(writer,))
    child.start()
    total = 0
    while reader.poll(timeout=0.2):
        total += reader.recv()
    child.join()
    print(f"sum: {total}")

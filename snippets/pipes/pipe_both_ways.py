"""A pipe has two ends, and each can send and receive."""

from multiprocessing import Pipe, Process


def work(connection):
    for _ in range(2):
        number = connection.recv()
        connection.send(number * number)


if __name__ == "__main__":
    here, there = Pipe()
    child = Process(target=work, args=(there,))
    child.start()
    for number in (3, 4):
        here.send(number)
        print(f"{number} squared: {here.recv()}")
    child.join()
    print(f"child's exit code: {child.exitcode}")

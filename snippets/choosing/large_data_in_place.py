"""A child changes large data where it is; only its name is sent."""

from multiprocessing import Process
from multiprocessing.shared_memory import SharedMemory

SIZE = 50_000_000


def change(name):
    block = SharedMemory(name)
    block.buf[SIZE - 1] = 7
    block.close()


if __name__ == "__main__":
    block = SharedMemory(create=True, size=SIZE)
    try:
        child = Process(target=change, args=(block.name,))
        child.start()
        child.join()
        print(f"last of {SIZE:,} bytes: {block.buf[SIZE - 1]}")
    finally:
        block.close()
        block.unlink()

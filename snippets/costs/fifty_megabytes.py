"""What handing over 50 MB costs, once each way."""

from multiprocessing import Pipe, Process, Queue, cpu_count
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path
from platform import machine, python_version
from timeit import Timer

SIZE, FILE = 50_000_000, Path("data")
WAYS = {
    "file": "FILE.write_bytes(data); pipe.send('file')",
    "shared_memory": "shm.buf[:SIZE] = data; pipe.send('shm')",
    "Queue": "queue.put(data); pipe.send('queue')",
    "Pipe": "pipe.send('pipe'); pipe.send(data)",
}


def take(end, queue, shm):
    take_from = {"file": FILE.read_bytes, "queue": queue.get}
    take_from |= {"shm": lambda: bytes(shm.buf), "pipe": end.recv}
    end.send("ready")
    while True:
        data = take_from[end.recv()]()
        end.send(len(data))


if __name__ == "__main__":
    print(f"Python {python_version()}, {cpu_count()} x {machine()}")
    (pipe, end), queue, data = Pipe(), Queue(), b"x" * SIZE
    shm = SharedMemory(create=True, size=SIZE)
    args = (end, queue, shm)
    Process(target=take, args=args, daemon=True).start()
    pipe.recv()
    copy = min(Timer(lambda: bytearray(data)).repeat(3, 1))
    for way, do in WAYS.items():
        timer = Timer(f"{do}; pipe.recv()", globals=globals())
        cost = timer.timeit(1) / copy
        print(f"{way}: {cost:.1f} times a copy")
    print(f"a copy takes {copy * 1000:.0f} ms")
    shm.unlink()

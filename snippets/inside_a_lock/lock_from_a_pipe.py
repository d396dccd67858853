"""A lock made of a pipe: whoever reads the token is inside."""

import os
import time
from contextlib import contextmanager
from multiprocessing import Event, Pipe, Process


@contextmanager
def locked(pipe):
    reader, writer = pipe
    token = os.read(reader.fileno(), 1)
    try:
        yield
    finally:
        os.write(writer.fileno(), token)


def work(pipe, at_door):
    at_door.set()
    clock, computing = time.perf_counter(), time.process_time()
    with locked(pipe):
        computing = time.process_time() - computing
        clock = time.perf_counter() - clock
        print(f"child: waited, {computing / clock:.0%} CPU")


if __name__ == "__main__":
    pipe, at_door = Pipe(duplex=False), Event()
    os.write(pipe[1].fileno(), b"!")
    child = Process(target=work, args=(pipe, at_door))
    with locked(pipe):
        child.start()
        at_door.wait()
        child.join(0.3)
        print("parent: leaves")
    child.join()
    print(f"child's exit code: {child.exitcode}")

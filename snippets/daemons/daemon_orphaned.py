"""A daemon outlives a creator that cannot run its exit handlers."""

import os
import signal
from multiprocessing import Event, Pipe, Process


def work(connection, started):
    started.set()
    # Nobody ends an orphan: the time limit is its own.
    if connection.poll(10):
        connection.send("still here")


def create(ending, connection, started):
    args = (connection, started)
    Process(target=work, args=args, daemon=True).start()
    started.wait()
    if ending == "os._exit":
        os._exit(3)
    signal.raise_signal(signal.Signals[ending])


if __name__ == "__main__":
    for ending in ("os._exit", "SIGTERM", "SIGKILL"):
        here, there = Pipe()
        started = Event()
        args = (ending, there, started)
        creator = Process(target=create, args=args)
        creator.start()
        there.close()
        creator.join()
        print(f"{ending}: creator's exit code {creator.exitcode}")
        here.send("your creator is gone")
        print(f"{ending}: daemon {here.recv()}")
        # Ready as soon as the orphan has ended too.
        here.poll(10)

"""A daemon ends with its creator, even if main runs on."""

import signal
import sys
import time
from multiprocessing import Event, Pipe, Process


def work(alive):
    alive.send("daemon: started")
    time.sleep(60)


def create(ending, alive, go):
    Process(target=work, args=(alive,), daemon=True).start()
    go.wait()
    if ending == "exception":
        raise RuntimeError("creator failed")
    if ending == "sys.exit":
        sys.exit(3)
    if ending == "SIGINT":
        signal.raise_signal(signal.SIGINT)


if __name__ == "__main__":
    reader, writer = Pipe(duplex=False)
    go = Event()
    args = (sys.argv[1], writer, go)
    creator = Process(target=create, args=args)
    creator.start()
    writer.close()
    print(reader.recv())
    go.set()
    creator.join()
    print(f"main: creator's exit code is {creator.exitcode}")
    try:
        reader.recv()
    except EOFError:
        print("main: the daemon is gone too")

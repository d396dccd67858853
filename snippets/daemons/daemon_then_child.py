"""At exit a daemon is terminated, then other children joined."""

import atexit
import time
from multiprocessing import Pipe, Process


def work(alive):
    alive.send("daemon: started")
    time.sleep(60)


def outlive(daemon_alive):
    try:
        daemon_alive.recv()
    except EOFError:
        print("child: the daemon is gone, I am still here")


def report():
    print(f"exit codes: {daemon.exitcode}, {child.exitcode}")


if __name__ == "__main__":
    atexit.register(report)
    reader, writer = Pipe(duplex=False)
    daemon = Process(target=work, args=(writer,), daemon=True)
    daemon.start()
    # From here on only the daemon holds the writing end.
    writer.close()
    print(reader.recv())
    child = Process(target=outlive, args=(reader,), daemon=False)
    child.start()
    print("parent: main code over")

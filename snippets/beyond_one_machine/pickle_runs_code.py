"""A pickle runs code where it is opened: here in the server."""

import os
from multiprocessing import Pipe, Process
from multiprocessing.connection import Client, Listener

KEY = b"the right key"


class Parcel:
    """Pickled as a call, which whoever opens the pickle makes."""

    def __reduce__(self):
        return os.getpid, ()


def serve(there):
    with Listener(("127.0.0.1", 0), authkey=KEY) as listener:
        there.send(listener.address)
        with listener.accept() as connection:
            there.send((os.getpid(), connection.recv()))


if __name__ == "__main__":
    here, there = Pipe()
    server = Process(target=serve, args=(there,))
    server.start()
    with Client(here.recv(), authkey=KEY) as connection:
        connection.send(Parcel())
        server_pid, parcel = here.recv()
    server.join()
    print(f"the server received: a {type(parcel).__name__}")
    print(f"it is the pid of the server: {parcel == server_pid}")
    print(f"it is the pid of the sender: {parcel == os.getpid()}")

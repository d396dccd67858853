"""A manager that answers over TCP, to those who have its key."""

import queue
from multiprocessing import AuthenticationError, Pipe, Process
from multiprocessing.managers import BaseManager


class Jobs(BaseManager):
    """The server's side and the client's side of a queue."""


jobs = queue.Queue()
Jobs.register("get_jobs", callable=lambda: jobs)


def serve(there):
    manager = Jobs(("127.0.0.1", 0), authkey=b"the right key")
    server = manager.get_server()
    there.send(server.address)
    server.serve_forever()


if __name__ == "__main__":
    here, there = Pipe()
    server = Process(target=serve, args=(there,), daemon=True)
    server.start()
    address = here.recv()
    for key in (b"the right key", b"a wrong key"):
        client = Jobs(address, authkey=key)
        try:
            client.connect()
            client.get_jobs().put("wash")
            print(f"{key.decode()}: {client.get_jobs().get()}")
        except AuthenticationError as error:
            print(f"{key.decode()}: {type(error).__name__}")

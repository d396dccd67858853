"""cancel_join_thread() lets a child end, and loses its data."""

import time
from multiprocessing import Event, Process, Queue


def send(queue, on_its_way):
    queue.put("x" * 1_000_000)
    on_its_way.wait()
    queue.cancel_join_thread()


def receive(queue, at_work):
    at_work.set()
    queue.get(timeout=0.1)


if __name__ == "__main__":
    queue, on_its_way, at_work = Queue(), Event(), Event()
    sender = Process(target=send, args=(queue, on_its_way))
    sender.start()
    while queue.empty():
        time.sleep(0.01)
    on_its_way.set()
    sender.join()
    print(f"sender's exit code: {sender.exitcode}")

    receiver = Process(target=receive, args=(queue, at_work))
    receiver.start()
    at_work.wait()
    receiver.join(timeout=0.5)
    print(f"receiver is still in get(): {receiver.is_alive()}")
    receiver.terminate()
    receiver.join()

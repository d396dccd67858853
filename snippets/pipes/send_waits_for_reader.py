"""A large send() does not return before somebody reads."""

from multiprocessing import Event, Pipe, Process


def work(writer, sent):
    writer.send("x" * 1_000_000)
    sent.set()


if __name__ == "__main__":
    reader, writer = Pipe(duplex=False)
    sent = Event()
    child = Process(target=work, args=(writer, sent))
    child.start()
    # Ready as soon as the first part of the message is there.
    reader.poll(None)
    print(f"send() has returned: {sent.wait(0.3)}")
    print(f"recv: {len(reader.recv()):,} characters")
    print(f"send() has returned: {sent.wait()}")
    child.join()
    print(f"child's exit code: {child.exitcode}")

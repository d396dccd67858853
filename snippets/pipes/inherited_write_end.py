"""Under fork, a child that reads holds a writing end too."""

import sys
from multiprocessing import Pipe, get_context


def read(reader, parent_closed):
    print(f"child: {reader.recv()}")
    parent_closed.wait()
    # After a message has been read, only the end can follow.
    print(f"child: end of file: {reader.poll(timeout=0.3)}")


if __name__ == "__main__":
    context = get_context(sys.argv[1])
    reader, writer = Pipe(duplex=False)
    parent_closed = context.Event()
    args = (reader, parent_closed)
    child = context.Process(target=read, args=args)
    child.start()
    writer.send("the only message")
    writer.close()
    parent_closed.set()
    child.join()
    print(f"child's exit code: {child.exitcode}")

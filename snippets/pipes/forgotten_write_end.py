"""The parent keeps its writing end, and no end of file comes."""

from multiprocessing import Pipe, Process


def work(writer):
    writer.send("all I have")


if __name__ == "__main__":
    reader, writer = Pipe(duplex=False)
    child = Process(target=work, args=(writer,))
    child.start()
    print(reader.recv())
    child.join()
    print(f"child's exit code: {child.exitcode}")
    # recv() would wait for ever.
    print(f"end of file: {reader.poll(timeout=0.3)}")
    writer.close()
    print(f"end of file: {reader.poll(timeout=0.3)}")
    try:
        reader.recv()
    except EOFError:
        print("recv: EOFError")

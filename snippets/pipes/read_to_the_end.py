"""recv() raises EOFError when the last writer has closed."""

from multiprocessing import Pipe, Process


def work(writer):
    for word in ("one", "two"):
        writer.send(word)


if __name__ == "__main__":
    reader, writer = Pipe(duplex=False)
    child = Process(target=work, args=(writer,))
    child.start()
    # From here on only the child holds the writing end.
    writer.close()
    try:
        while True:
            print(reader.recv())
    except EOFError:
        print("end of file")
    child.join()
    print(f"child's exit code: {child.exitcode}")

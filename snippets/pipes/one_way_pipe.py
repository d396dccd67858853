"""A one-way pipe: the first end receives, the second sends."""

from multiprocessing import Pipe

if __name__ == "__main__":
    reader, writer = Pipe(duplex=False)
    writer.send(["any", "picklable", "object"])
    print(reader.recv())
    try:
        reader.send("the wrong way")
    except OSError as error:
        print(f"reader.send: {error}")
    try:
        writer.recv()
    except OSError as error:
        print(f"writer.recv: {error}")
    reader.close()
    try:
        writer.send("to nobody")
    except BrokenPipeError as error:
        print(f"writer.send: {error}")

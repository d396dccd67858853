"""Opening a file to write empties it, and leaves it open."""

import os
from multiprocessing import Process

if __name__ == "__main__":
    with open("notes.txt", "w") as file:
        file.write("the notes of ten years")
    print(f"before: {os.path.getsize('notes.txt')} bytes")

    child = Process(target=open, args=("notes.txt", "wt"))
    child.start()
    child.join()
    print(f"after: {os.path.getsize('notes.txt')} bytes")

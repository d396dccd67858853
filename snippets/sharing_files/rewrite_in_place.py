"""A reader looks at a file while another process rewrites it."""

from multiprocessing import Event, Process
from pathlib import Path

SETTINGS = Path("settings.txt")


def rewrite(target, written, looked):
    with target.open("w") as file:
        file.write("new")
        written.set()
        looked.wait()
    target.replace(SETTINGS)


if __name__ == "__main__":
    for target in (SETTINGS, Path("settings.new")):
        SETTINGS.write_text("old")
        written, looked = Event(), Event()
        args = (target, written, looked)
        writer = Process(target=rewrite, args=args)
        writer.start()
        written.wait()
        during = SETTINGS.read_text()
        looked.set()
        writer.join()
        after = SETTINGS.read_text()
        print(f"through {target}: {during!r}, then {after!r}")

"""End whatever a program started. Run as a script, it does so for a build that was killed."""

import os
import shutil
import signal
import stat
import sys
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

import psutil


def end(folder: Path, session: int = 0, before: Collection[int] = ()) -> None:
    """Kill every process whose HOME or current folder lies in `folder`, or of that session.

    They are found so in another session too, and with another parent. `before` has the ids of
    those that were there before the first of them, and are not looked at: no clock tells as much,
    for it may be set. Raises TimeoutError if one is still there after ten seconds.
    """
    deadline = time.monotonic() + 10
    while True:
        if session:
            # all at once, or a program that forks in a loop would be faster
            with suppress(OSError):
                os.killpg(session, signal.SIGKILL)
        alive = found(folder, session, before)
        if not alive:
            return
        for each in alive:
            with suppress(psutil.Error):
                each.kill()
        if time.monotonic() > deadline:
            raise TimeoutError(f"cannot be ended: {alive}")
        time.sleep(0.005)


def end_holders(device: str, before: Collection[int]) -> None:
    """Kill every process that holds a terminal open, if the system tells who does (Linux)."""
    for each in _others(before):
        with suppress(OSError, psutil.Error):
            if any(os.readlink(file) == device for file in Path(f"/proc/{each.pid}/fd").iterdir()):
                each.kill()


def found(folder: Path, session: int, before: Collection[int]) -> list[psutil.Process]:
    """Return the processes that `end` would kill."""
    return [each for each in _others(before) if _belongs(each, folder, session)]


def remove(folder: Path) -> None:
    """Remove a folder, whatever rights a program has taken from it."""
    _give_back(folder)
    for place, folders, names in os.walk(folder):
        # a file's own rights matter on Windows only, and it may have another name elsewhere
        for name in folders + names * (os.name == "nt"):
            _give_back(Path(place, name))
    shutil.rmtree(folder, ignore_errors=True)


def _give_back(path: Path) -> None:
    with suppress(OSError):
        if not path.is_symlink():  # or something elsewhere would change
            path.chmod(stat.S_IRWXU)


def _others(before: Collection[int]) -> Iterator[psutil.Process]:
    for pid in set(psutil.pids()).difference(before):
        with suppress(psutil.Error):
            yield psutil.Process(pid)


def _belongs(process: psutil.Process, folder: Path, session: int) -> bool:
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        if session and os.getsid(process.pid) == session:
            return True
        places = Path(process.environ().get("HOME", "")), Path(process.cwd())
        return any(place.is_relative_to(folder) for place in places)
    except (psutil.Error, OSError):
        return False


if __name__ == "__main__":
    sys.stdin.read()  # its end is the end of the build, whatever ended it
    end(Path(sys.argv[1]))
    remove(Path(sys.argv[1]))

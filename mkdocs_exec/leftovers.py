"""End whatever a program started. Run as a script, it does so for a build that was killed."""

import os
import shutil
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil


def end(folder: Path, session: int = 0, since: float = 0) -> None:
    """Kill every process whose HOME or current folder lies in `folder`, or of that session.

    Those that were there before `since` (seconds, as of `time.time()`) are not looked at.

    They are found so in another session too, and with another parent. Raises TimeoutError if one
    is still there after ten seconds.
    """
    deadline = time.monotonic() + 10
    while alive := [
        each for each in psutil.process_iter() if _belongs(each, folder, session, since)
    ]:
        for each in alive:
            with suppress(psutil.Error):
                each.kill()
        if time.monotonic() > deadline:
            raise TimeoutError(f"cannot be ended: {alive}")
        time.sleep(0.005)


def _belongs(process: psutil.Process, folder: Path, session: int, since: float) -> bool:
    try:
        if process.create_time() < since or process.status() == psutil.STATUS_ZOMBIE:
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
    shutil.rmtree(sys.argv[1], ignore_errors=True)

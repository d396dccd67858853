"""Run one program the way a reader does: alone in a folder, on a terminal, to its end."""

import os
import re
import signal
import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from mkdocs_exec.interpreter import Interpreter
from mkdocs_exec.session import Command

if os.name == "posix":
    import pty
    import termios

OUTPUT_LIMIT = 100_000  # bytes; a page is no place for more
GRACE = 1.0  # seconds that the helpers of multiprocessing get to end after their program

_TICK = 0.02  # seconds between two looks at a running program
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
# a shell lets its background jobs ignore Ctrl-C, and their children would inherit that
_TAKE_CTRL_C = (
    "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); "
    "os.execv(sys.executable, sys.argv[1:])"
)
_START_METHOD = Path(__file__).parent / "start_method"


class RunError(Exception):
    """A program broke a bound of its run; the text says which one and how to mend it."""


@dataclass(frozen=True)
class Result:
    """What a run left."""

    output: str  # as the terminal got it, but \\n at line ends and control characters visible
    returncode: int  # negative for a signal, as in subprocess
    seconds: float


def run(
    program: bytes,
    name: str,
    command: Command,
    python: Interpreter,
    timeout: float,
    start_method: str = "",
    stop: threading.Event | None = None,
) -> Result:
    """Run a program's text as `name` in a new empty folder and return what it left.

    `timeout` is in seconds, `start_method` replaces the default one, `stop` gives the run up.
    Whatever happens, nothing that the program started is alive afterwards. Raises RunError for a
    program that runs past its time or prints past OUTPUT_LIMIT.
    """
    stop = stop or threading.Event()
    with tempfile.TemporaryDirectory(prefix="snippet-", ignore_cleanup_errors=True) as root:
        folder, home = Path(root).resolve() / "work", Path(root).resolve() / "home"
        folder.mkdir()
        home.mkdir()
        (folder / name).write_bytes(program)
        environment = _environment(str(home), start_method)
        words = [python.path, *command.options, name, *command.arguments]
        if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
            words = [python.path, "-ISc", _TAKE_CTRL_C, *words]
        terminal = _Terminal()
        started = time.monotonic()
        process = terminal.start(words, folder, environment, command.piped)
        try:
            trouble = _watch(process, terminal, started + timeout, stop)
            seconds = time.monotonic() - started
            if not trouble:
                terminal.released.wait(GRACE)
        finally:
            _end_all(process, Path(root).resolve())
        if not terminal.released.wait(GRACE):
            trouble = trouble or "something that it started hides, and holds the terminal open"
        output = _readable(terminal.printed, [f"{folder}{os.sep}", *python.folders], python.path)
    if trouble:
        raise RunError(f"{trouble}. It printed:\n{output[:1000]}")
    return Result(output, process.returncode, seconds)


class _Terminal:
    """Where a program's output goes: a pseudo-terminal, or a pipe on a system without one."""

    def __init__(self) -> None:
        if os.name == "posix":
            self._ours, self._theirs = pty.openpty()
            attributes = termios.tcgetattr(self._theirs)
            attributes[1] &= ~termios.OPOST  # or every \n arrives as \r\n
            termios.tcsetattr(self._theirs, termios.TCSANOW, attributes)
            termios.tcsetwinsize(self._theirs, (24, 80))
        else:
            self._ours, self._theirs = os.pipe()
        self.printed = bytearray()
        self.released = threading.Event()  # no process holds the terminal any more

    def start(self, words: list[str], folder: Path, environment: dict, piped: bool):
        """Start the program on this terminal, and `cat` behind it if its output is piped."""
        theirs = {"stderr": self._theirs, "env": environment, "start_new_session": True}
        try:
            # a program that reads its input gets its end, not a keyboard that nobody uses
            process = subprocess.Popen(
                words,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if piped and os.name == "posix" else self._theirs,
                **theirs,
            )
            if process.stdout:
                subprocess.Popen(["cat"], stdin=process.stdout, stdout=self._theirs, **theirs)
                process.stdout.close()
        finally:
            os.close(self._theirs)
            # a thread reads, for a pipe of Windows cannot be waited for in another way
            threading.Thread(target=self._read, daemon=True).start()
        return process

    def _read(self) -> None:
        with suppress(OSError):  # how Linux says that the last process let go of the terminal
            while len(self.printed) <= OUTPUT_LIMIT and (data := os.read(self._ours, 65536)):
                self.printed += data
        os.close(self._ours)
        self.released.set()


def _watch(
    process: subprocess.Popen, terminal: _Terminal, deadline: float, stop: threading.Event
) -> str:
    """Wait for the program's end; return "" or the bound that it broke."""
    while process.poll() is None and len(terminal.printed) <= OUTPUT_LIMIT:
        if time.monotonic() > deadline:
            return 'it did not end in time; mend it, or give the fence a timeout="…" in seconds'
        if stop.is_set():
            return "the build ended before it"
        if not terminal.released.wait(_TICK):
            continue
        with suppress(subprocess.TimeoutExpired):
            process.wait(_TICK)
    if len(terminal.printed) > OUTPUT_LIMIT:
        return f"it printed more than {OUTPUT_LIMIT:,} bytes and was ended; let it print less"
    return ""


def _end_all(process: subprocess.Popen, root: Path) -> None:
    """Kill whatever the program started, also in another session or with another parent."""
    deadline = time.monotonic() + 10
    while alive := [each for each in psutil.process_iter() if _belongs(each, process.pid, root)]:
        for each in alive:
            with suppress(psutil.Error):
                each.kill()
        if time.monotonic() > deadline:
            raise RunError(f"processes that it started cannot be ended: {alive}")
        time.sleep(0.005)
        process.poll()
    process.wait()


def _belongs(process: psutil.Process, session: int, root: Path) -> bool:
    """Tell a process of this run by its HOME or folder, which no other run has, or its session."""
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        if os.name == "posix" and os.getsid(process.pid) == session:
            return True
        places = Path(process.environ().get("HOME", "")), Path(process.cwd())
        return any(place.is_relative_to(root) for place in places)
    except (psutil.Error, OSError):
        return False


def _environment(home: str, start_method: str) -> dict[str, str]:
    """Return the variables that a program sees: those that it needs, and none of the caller's.

    No PYTHONUNBUFFERED above all: it hides the effects that the pages explain.
    """
    environment = {"HOME": home, "TMPDIR": home, "PATH": os.defpath, "LANG": "C.UTF-8"}
    environment["TERM"] = "dumb"  # no colours: a page is text
    if os.name == "nt":
        environment |= {"TEMP": home, "TMP": home, "PYTHONUTF8": "1"}
        environment["SYSTEMROOT"] = os.environ["SYSTEMROOT"]  # sockets need it
    if start_method:
        environment["PYTHONPATH"] = str(_START_METHOD)
        environment["MKDOCS_EXEC_START_METHOD"] = start_method
    return environment


def _readable(printed: bytes, folders: list[str], python: str) -> str:
    """Return output as text in which this machine's folders are gone and nothing is invisible."""
    text = printed.decode("utf-8", "backslashreplace").replace("\r\n", "\n")
    for folder in folders:
        text = text.replace(folder.rstrip(os.sep) + os.sep, "")
    return _INVISIBLE.sub(_visible, text.replace(python, "python"))


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
    return chr(0x2400 + code) if code < 0x20 else "\u2421" if code == 0x7F else f"\\u{code:04x}"

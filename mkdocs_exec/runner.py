"""Run one program the way a reader does: alone in a folder, on a terminal, to its end."""

import itertools
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from mkdocs_exec import leftovers, timeline
from mkdocs_exec.interpreter import Interpreter
from mkdocs_exec.session import Command

if os.name == "posix":
    import pty
    import termios

OUTPUT_LIMIT = 100_000  # bytes; a page is no place for more
PROCESS_LIMIT = 100  # at once, of one program; one that forks in a loop reaches it soon
DISK_LIMIT = 300_000_000  # bytes in the folder of one program
GRACE = 1.0  # seconds that the helpers of multiprocessing get to end after their program

_TOO_MUCH = f"it printed more than {OUTPUT_LIMIT:,} bytes and was ended; let it print less"
_TICK = 0.02  # seconds between two looks at a running program
_TICKS = 10  # between two looks at what it has started and written
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
# a shell lets its background jobs ignore Ctrl-C, and their children would inherit that
_TAKE_CTRL_C = (
    "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); "
    "os.execv(sys.executable, sys.argv[1:])"
)
_guards: dict[Path, subprocess.Popen] = {}  # one at most, by the folder that it guards
_starting = threading.Lock()  # the first programs of a build start at once, and share one guard
INSIDE = Path(__file__).parent / "inside"  # on the PYTHONPATH of a run that needs it


class RunError(Exception):
    """A program broke a bound of its run; the text says which one and how to mend it."""


@dataclass(frozen=True)
class Result:
    """What a run left."""

    output: str  # as the terminal got it, but \\n at line ends and control characters visible
    returncode: int  # negative for a signal, as in subprocess
    seconds: float
    times: tuple[float, ...] = ()  # when each line of the output was whole, in seconds
    events: list | None = None  # of a recorded run, as `timeline.parse` returns them


def run(
    program: bytes,
    name: str,
    command: Command,
    python: Interpreter,
    timeout: float,
    start_method: str = "",
    stop: threading.Event | None = None,
    beside: Mapping[str, bytes] | None = None,
) -> Result:
    """Run a program's text as `name` in a new folder and return what it left.

    `beside` are the other files of that folder, by name; one of them may be what is run.

    `timeout` is in seconds, `start_method` replaces the default one, `stop` gives the run up.
    Whatever happens, nothing that the program started is alive afterwards. Raises RunError for a
    program that breaks one of the bounds above, and for a record that is empty or too long.
    """
    stop = stop or threading.Event()
    root = Path(tempfile.mkdtemp(dir=_folder()))
    folder, home = root / "work", root / "home"
    try:
        folder.mkdir()
        home.mkdir()
        for file, text in {name: program, **(beside or {})}.items():
            (folder / file).write_bytes(text)
        words = [python.path, *command.options, command.script or name, *command.arguments]
        if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
            words = [python.path, "-ISc", _TAKE_CTRL_C, *words]
        terminal = _Terminal()
        before = psutil.pids()
        started = time.monotonic()
        events = root / "events" if command.record else None  # where the program does not see it
        environment = _environment(str(home), start_method, events)
        process = None
        try:
            process = terminal.start(words, folder, environment, command.piped)
            trouble = _watch(process, terminal, root, before, started + timeout, stop)
            seconds = time.monotonic() - started
            if not trouble:
                terminal.released.wait(GRACE)
        finally:
            session = process.pid if process and os.name == "posix" else 0
            leftovers.end(root, session, before)
            if process:
                process.wait()
        if not terminal.released.wait(GRACE):
            leftovers.end_holders(terminal.device, before)
        if not terminal.released.wait(GRACE):
            trouble = trouble or "something that it started hides, and holds the terminal open"
        recorded = events.read_text("ascii") if events and events.exists() else ""
        if len(terminal.printed) > OUTPUT_LIMIT:  # by what it left behind, or in its last moment
            trouble = trouble or _TOO_MUCH
    finally:
        leftovers.remove(root)
    output = _readable(terminal.printed, [str(folder), *python.folders], python.path)
    if trouble:
        raise RunError(f"{trouble}. It printed:\n{output[:1000]}")
    times = tuple(round(moment - started, 3) for moment in terminal.times())
    try:
        parsed = timeline.parse(recorded) if command.record else None
    except timeline.TimelineError as error:
        raise RunError(f"{error}. It printed:\n{output[:1000]}") from None
    return Result(output, process.returncode, round(seconds, 3), times, parsed)


def _folder() -> Path:
    """Return the folder of all runs of this build, watched over by a process that outlives it."""
    with _starting:
        if not _guards:
            # the sockets of multiprocessing need short paths, and macOS has long ones
            place = "/tmp" if sys.platform == "darwin" else None
            folder = Path(tempfile.mkdtemp(prefix="snippets-", dir=place)).resolve()
            # the guard reads until the build, killed or not, lets go of the pipe
            guard = subprocess.Popen(
                [sys.executable, leftovers.__file__, str(folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            _guards[folder] = guard
        return next(iter(_guards))


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
        self.device = ""
        with suppress(OSError):
            self.device = os.readlink(f"/proc/self/fd/{self._theirs}")
        self.printed = bytearray()
        self._arrivals: list[tuple[int, float]] = []  # how much was there, and when
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
                self._arrivals.append((len(self.printed), time.monotonic()))
        os.close(self._ours)
        self.released.set()

    def times(self) -> Iterator[float]:
        """Yield when the end of each line arrived, by the monotonic clock."""
        arrivals = iter(self._arrivals)
        there, moment = 0, 0.0
        for match in re.finditer(rb"[^\n]*\n|[^\n]+", self.printed):
            while there < match.end():
                there, moment = next(arrivals)
            yield moment


def _watch(
    process: subprocess.Popen,
    terminal: _Terminal,
    root: Path,
    before: Collection[int],
    deadline: float,
    stop: threading.Event,
) -> str:
    """Wait for the program's end; return "" or the bound that it broke."""
    for tick in itertools.count(1):
        if len(terminal.printed) > OUTPUT_LIMIT:
            return _TOO_MUCH
        if process.poll() is not None:
            return ""
        if time.monotonic() > deadline:
            return 'it did not end in time; mend it, or give the fence a timeout="…" in seconds'
        if stop.is_set():
            return "the build ended before it"
        if tick % _TICKS == 0 and (excess := _excess(process.pid, root, before)):
            return excess
        if terminal.released.wait(_TICK):
            with suppress(subprocess.TimeoutExpired):
                process.wait(_TICK)


def _excess(session: int, root: Path, before: Collection[int]) -> str:
    """Return "" or which bound a program breaks by what it has started or written."""
    count = 0
    started = set(psutil.pids()).difference(before) if os.name == "posix" else ()
    for pid in started:
        with suppress(OSError):
            count += os.getsid(pid) == session
    if count <= PROCESS_LIMIT < len(started):  # those in sessions of their own cost more to find
        count = len(leftovers.found(root, session, before))
    if count > PROCESS_LIMIT:
        return f"it started more than {PROCESS_LIMIT} processes at once; let it start fewer"
    written = 0
    for folder, _, names in os.walk(root):
        for name in names:
            with suppress(OSError):
                written += os.lstat(os.path.join(folder, name)).st_size
            if written > DISK_LIMIT:
                return f"it wrote more than {DISK_LIMIT:,} bytes to files; let it write less"
    return ""


def _environment(home: str, start_method: str, events: Path | None) -> dict[str, str]:
    """Return the variables that a program sees: those that it needs, and none of the caller's.

    No PYTHONUNBUFFERED above all: it hides the effects that the pages explain.
    """
    environment = {"HOME": home, "TMPDIR": home, "PATH": os.defpath, "LANG": "C.UTF-8"}
    environment["TERM"] = "dumb"  # no colours: a page is text
    if os.name == "nt":
        environment |= {"TEMP": home, "TMP": home, "PYTHONUTF8": "1"}
        environment["SYSTEMROOT"] = os.environ["SYSTEMROOT"]  # sockets need it
    if start_method or events:
        environment["PYTHONPATH"] = str(INSIDE)
    if start_method:
        environment["MKDOCS_EXEC_START_METHOD"] = start_method
    if events:
        environment["MKDOCS_EXEC_RECORD"] = str(events)
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

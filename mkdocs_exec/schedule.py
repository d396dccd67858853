"""All programs of the site: found on the pages, run in parallel, each once."""

import atexit
import functools
import itertools
import os
import queue
import re
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
from click import ClickException

from mkdocs_exec import interpreter, runner, session, store
from mkdocs_exec.progress import Progress
from mkdocs_exec.runner import Result, RunError
from mkdocs_exec.session import Command, MissingError, Session, SnippetError

PAGES, PROGRAMS = Path("docs"), Path("snippets")
SIZE_LIMIT = 100_000  # bytes of a program; a reader is to read it
_MOST = os.environ.get("MKDOCS_EXEC_WORKERS", "24")
if not re.fullmatch(r"[1-9]\d*", _MOST):
    raise ClickException(
        f"MKDOCS_EXEC_WORKERS={_MOST!r} is no number of programs to run at once; set 1 or more"
    )
WORKERS = int(_MOST)  # programs at once, at most
FEW = 6  # programs at once, however busy the processor is
FRESH = "MKDOCS_EXEC_FRESH"  # in the environment: run everything again
START_METHOD = os.environ.get("MKDOCS_EXEC_START_METHOD", "")  # instead of the default one

# a result is also a product of the code that ran the program
_CODE = b"".join(Path(module.__file__).read_bytes() for module in (interpreter, runner))
_RECORDER = b"".join(path.read_bytes() for path in sorted(runner.INSIDE.glob("*.py")))
_SLEEPS = re.compile(rb"\bsleep\((\d+(?:\.\d+)?)\)")
_STEP = 0.3  # seconds: programs that differ by less are as long as each other
_LOOK = 0.01  # seconds between two looks at how busy the processor is; Linux counts in such steps

_runs: dict[str, Future[Result]] = {}  # by key, those of this process
_seconds: dict[str, float] = {}  # how long each command took when it was last run
_jobs: queue.PriorityQueue = queue.PriorityQueue()
_order = itertools.count()  # of the jobs that are as urgent as each other
_progress = Progress()
_workers: list[threading.Thread] = []
_few = threading.Semaphore(FEW)
_next = threading.Lock()  # or several programs would start because of one idle core
_stop = threading.Event()
_unsaved: queue.SimpleQueue = queue.SimpleQueue()
# Zensical's --clean removes .cache after it has read the configuration, which starts the programs,
# and fails if a file comes into being there meanwhile.
_cleaned = threading.Event()
# a generator may render pages in several threads, and a program is to run once
_lock = threading.Lock()


@dataclass(frozen=True)
class Outcome:
    """A program and what each command of a fence left: exactly this text was run."""

    program: str
    results: list[Result]
    recorded: Result | None = None  # of the run for a timeline


def start() -> str:
    """Start the programs of all pages whose results are not known.

    Returns a name for what all of them will show; another one if all are to run again. What is
    wrong with a page or a program is told when that page is rendered.
    """
    shown = [time.time_ns()] if os.environ.get(FRESH) else []
    _hear_ctrl_c()
    with suppress(SnippetError):
        _seconds.update(store.load(_durations()) or {})
        for wanted in _all_sessions():
            with suppress(SnippetError):
                shown += _start(wanted, read(wanted.file))[0]
    _progress.all_queued()
    _add_workers()  # after all are queued, or the last page's long ones would wait for short ones
    return store.key(*shown)


def outcome(wanted: Session) -> Outcome:
    """Return what a fence shows: from this build, from the store, or from a new run.

    The first program that must run starts those of all pages. Raises SnippetError if the program
    cannot be read, or if a run broke a bound or contradicts the page.
    """
    program = read(wanted.file)
    _cleaned.set()
    _save()
    keys, queued = _start(wanted, program)
    if queued:
        start()
    results = [_result(wanted, *each) for each in zip(wanted.runs, keys, strict=True)]
    return _outcome(wanted, program, results)


def run_now(wanted: Session, command: Command, program: bytes, start_method: str = "") -> Result:
    """Run one command, whatever is known of it; raises SnippetError past a bound.

    `program` is the text to run, `start_method` the default one ("" for the Python's own).
    """
    name, method = Path(wanted.file).name, start_method or START_METHOD
    where = f"{PROGRAMS.as_posix()}/{wanted.file}: `$ {command.line}`"
    require(wanted)
    try:
        return runner.run(
            program, name, command, _python(), wanted.timeout, method, _stop, _beside(wanted)
        )
    except RunError as error:
        raise SnippetError(f"{where}: {error}") from None
    except OSError as error:
        raise SnippetError(f"{where} cannot be run here: {error}; mend that, build again") from None


def require(wanted: Session) -> None:
    """Raise MissingError if the chosen Python lacks the package that a fence needs."""
    python = _python()
    if wanted.needs and not any(p.startswith(f"{wanted.needs}==") for p in python.packages):
        raise MissingError(
            f"{PROGRAMS.as_posix()}/{wanted.file} needs {wanted.needs}, "
            f"which {python.path} has not; "
            f"`{python.path} -m pip install {wanted.needs}` installs it"
        )


def check(wanted: Session, command: Command, result: Result) -> None:
    """Raise SnippetError if a run contradicts the page."""
    if contradiction := command.contradiction(result.output, result.returncode):
        raise SnippetError(f"{PROGRAMS.as_posix()}/{wanted.file}: {contradiction}")


def outcome_now(wanted: Session, start_method: str = "") -> Outcome:
    """Run the commands of a fence, whatever is known of them; otherwise like `outcome`."""
    program = read(wanted.file)
    results = []
    for command in wanted.runs:
        results.append(run_now(wanted, command, program, start_method))
        check(wanted, command, results[-1])
    return _outcome(wanted, program, results)


def read(file: str) -> bytes:
    """Return a program's text; raises SnippetError unless it is a plain file inside snippets/."""
    path = PROGRAMS / file
    if not PROGRAMS.is_dir():
        raise SnippetError(f"there is no {PROGRAMS}/ in {Path.cwd()}; build where it is")
    try:
        if not path.resolve().is_relative_to(PROGRAMS.resolve()):
            raise SnippetError(
                f"{path.as_posix()} lies outside {PROGRAMS}/; move the program there"
            )
        if not path.is_file():
            problem = "is not a file" if path.exists() else "does not exist"
            raise SnippetError(f'{path.as_posix()} {problem}; write it, or mend file="…"')
        with path.open("rb") as file:
            text = file.read(SIZE_LIMIT + 1)  # a sparse file may be larger than the memory
    except (OSError, RuntimeError) as error:  # the latter for links in a circle, before 3.13
        raise SnippetError(f"{path.as_posix()} cannot be read: {error}; mend that") from None
    if len(text) > SIZE_LIMIT:
        raise SnippetError(f"{path.as_posix()} has more than {SIZE_LIMIT:,} bytes; make it shorter")
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SnippetError(f"{path.as_posix()} is not UTF-8 ({error}); save it as UTF-8") from None
    # a page could not show them, and what a reader copies is to be the file
    if text.startswith(b"\xef\xbb\xbf") or b"\r" in text:
        raise SnippetError(
            f"{path.as_posix()} has a byte order mark or carriage returns; save it as plain UTF-8 "
            r"with \n at line ends"
        )
    return text


def _start(wanted: Session, program: bytes) -> tuple[list[str], bool]:
    """Queue the commands whose results are not known; return all keys, and whether one was."""
    keys, queued = [_key(wanted, command, program) for command in wanted.runs], False
    for key, command in zip(keys, wanted.runs, strict=True):
        with _lock:
            if key in _runs:
                continue
            future = _runs[key] = Future()
        if known := _kept(key):
            _progress.reused(known)
            future.set_result(known)
        else:
            queued = True
            # Long ones first, for they mostly wait; the others in the order of the pages, so that
            # the first page is rendered while the last one's programs run.
            length = _seconds.get(_name(wanted, command)) or _guess(wanted, program)
            urgency = -(min(length, 600) // _STEP)
            _progress.queued()
            _jobs.put((urgency, next(_order), future, key, wanted, command, program))
    return keys, queued


def _guess(wanted: Session, program: bytes) -> float:
    """Return how long a program may take that never ran here, in seconds.

    That is what its author expects who gave it more time than others have, or what it sleeps.
    """
    if wanted.timeout > session.TIMEOUT:
        return wanted.timeout
    return sum(float(seconds) for seconds in _SLEEPS.findall(program))


def _kept(key: str) -> Result | None:
    value = None if os.environ.get(FRESH) else store.load(key)
    with suppress(TypeError, KeyError):  # of a foreign entry
        return Result(**value | {"times": tuple(value["times"])})
    return None


def _outcome(wanted: Session, program: bytes, results: list[Result]) -> Outcome:
    shown, recorded = results[: len(wanted.commands)], results[len(wanted.commands) :]
    return Outcome(program.decode(), shown, *recorded)


def _result(wanted: Session, command: Command, key: str) -> Result:
    try:
        result = _runs[key].result()
        check(wanted, command, result)
    except Exception:
        # not kept: the next build is to see for itself
        store.forget(key)
        _runs.pop(key, None)
        raise
    return result


def _key(wanted: Session, command: Command, program: bytes) -> str:
    how = (command.script, command.options, command.arguments, command.piped)
    beside = {name: text.decode() for name, text in _beside(wanted).items()}
    code = _CODE + (_RECORDER if command.record else b"")
    return store.key(
        program,
        wanted.names,
        how,
        beside,
        command.record,
        START_METHOD,
        asdict(_python()),
        code,
    )


def _beside(wanted: Session) -> dict[str, bytes]:
    return {Path(file).name: read(file) for file in wanted.beside}


def _name(wanted: Session, command: Command) -> str:
    return f"{wanted.file} {command.line}"


def _durations() -> str:
    return store.key("durations", asdict(_python()))


def _python() -> interpreter.Interpreter:
    try:
        return interpreter.chosen()
    except OSError as error:
        raise SnippetError(str(error)) from None


def _all_sessions() -> Iterator[Session]:
    """Yield the sessions of all pages in the order in which generators render them."""
    for page in sorted(PAGES.glob("*.md"), key=lambda page: (page.name != "index.md", page.name)):
        with suppress(SnippetError, OSError, UnicodeDecodeError):
            for block in session.blocks(page.read_text("utf-8")):
                if block.language == "snippet":
                    with suppress(SnippetError):
                        yield session.of(block)


def _add_workers() -> None:
    with _lock:
        for _ in range(min(_jobs.qsize(), WORKERS - len(_workers))):
            # threads, for they only wait; daemons, for _end is what ends them
            worker = threading.Thread(target=_work, daemon=True)
            _workers.append(worker)
            worker.start()


def _save() -> None:
    with suppress(queue.Empty):
        while True:
            store.save(*_unsaved.get_nowait())


@functools.cache
def _hear_ctrl_c() -> None:
    """Give up at Ctrl-C at once, although the main thread may run no Python: Zensical's does not.

    A page that waits for a program fails then.
    """
    if threading.current_thread() is not threading.main_thread():
        return  # only there may it be asked for
    heard, told = os.pipe()
    os.set_blocking(told, False)
    if (other := signal.set_wakeup_fd(told)) >= 0:
        signal.set_wakeup_fd(other)  # somebody else's, who will end us
        os.close(heard)
        os.close(told)
        return

    def listen() -> None:
        while number := os.read(heard, 1):
            if number[0] == signal.SIGINT:
                _stop.set()

    # a thread, for it only waits
    threading.Thread(target=listen, daemon=True).start()


def _work() -> None:
    while True:
        with _next:
            one_of_few = _room()
            _, _, future, *job = _jobs.get()
        try:
            if not future:
                return
            _run(future, *job)
        finally:
            if one_of_few:
                _few.release()


def _room() -> bool:
    """Wait until one more program pays; return whether it is one of FEW, or fills an idle core.

    Those that wait use no core, so there is room for many; those that compute would only let each
    other wait, and with them the page that is being rendered.
    """
    idle = psutil.cpu_times().idle
    while not _stop.is_set():
        if _few.acquire(timeout=_LOOK):
            return True
        before, idle = idle, psutil.cpu_times().idle
        if idle > before:
            break
    return False


def _run(future: Future, key: str, wanted: Session, command: Command, program: bytes) -> None:
    if _stop.is_set():
        future.set_exception(SnippetError("the build was stopped; build again"))
        return
    _progress.begins(command.line)
    try:
        result = run_now(wanted, command, program)
    except BaseException as error:
        _progress.ended(None)
        future.set_exception(error)
        return
    agrees = not command.contradiction(result.output, result.returncode)
    if agrees:
        _unsaved.put((key, asdict(result)))
        if _cleaned.is_set():
            _save()
        _seconds[_name(wanted, command)] = result.seconds
    _progress.ended(result if agrees else None)
    future.set_result(result)


@atexit.register
def _end() -> None:
    """Give up what still runs; reached after errors and Ctrl-C too, so no program is left over."""
    _stop.set()
    for _ in _workers:
        _jobs.put((float("-inf"), next(_order), None, "", None, None, b""))
    for worker in _workers:
        worker.join()
    _save()
    if _workers and _seconds:
        with suppress(SnippetError):
            store.save(_durations(), (store.load(_durations()) or {}) | _seconds)
        store.trim()

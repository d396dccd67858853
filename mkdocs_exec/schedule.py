"""All programs of the site: found on the pages, run in parallel, each once."""

import atexit
import os
import queue
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from mkdocs_exec import interpreter, runner, session, store
from mkdocs_exec.runner import Result, RunError
from mkdocs_exec.session import Command, Session, SnippetError

PAGES, PROGRAMS = Path("docs"), Path("snippets")
SIZE_LIMIT = 100_000  # bytes of a program; a reader is to read it
WORKERS = int(os.environ.get("MKDOCS_EXEC_WORKERS", "8"))  # most programs wait most of the time
START_METHOD = os.environ.get("MKDOCS_EXEC_START_METHOD", "")  # instead of the default one

_runs: dict[str, Future[Result]] = {}  # by key, those of this process
_jobs: queue.SimpleQueue = queue.SimpleQueue()
_workers: list[threading.Thread] = []
_stop = threading.Event()
# a generator may render pages in several threads, and a program is to run once
_lock = threading.Lock()


@dataclass(frozen=True)
class Outcome:
    """A program and what each command of a fence left: exactly this text was run."""

    program: str
    results: list[Result]
    recorded: Result | None = None  # of another run, of the command that has a timeline


def outcome(wanted: Session) -> Outcome:
    """Return what a fence shows: from this build, from the store, or from a new run.

    The first program that must run starts those of all pages. Raises SnippetError if the program
    cannot be read, or if a run broke a bound or contradicts the page.
    """
    program = read(wanted.file)
    if _start(wanted, program):
        for other in _all_sessions():
            with suppress(SnippetError):  # told when that page is rendered
                _start(other, read(other.file))
    results = [_result(wanted, command, program) for command in wanted.commands]
    recorded = _recorded(wanted)
    return Outcome(
        program.decode(), results, recorded and _result(wanted, recorded, program, record=True)
    )


def run_now(
    wanted: Session, command: Command, program: bytes, start_method: str = "", record: bool = False
) -> Result:
    """Run one command, whatever is known of it; raises SnippetError past a bound.

    `program` is the text to run, `start_method` the default one ("" for the Python's own).
    """
    name, method = Path(wanted.file).name, start_method or START_METHOD
    try:
        return runner.run(program, name, command, _python(), wanted.timeout, method, _stop, record)
    except RunError as error:
        where = f"{PROGRAMS.as_posix()}/{wanted.file}"
        raise SnippetError(f"{where}: `$ {command.line}`: {error}") from None


def check(wanted: Session, command: Command, result: Result) -> None:
    """Raise SnippetError if a run contradicts the page."""
    if contradiction := command.contradiction(result.output, result.returncode):
        raise SnippetError(f"{PROGRAMS.as_posix()}/{wanted.file}: {contradiction}")


def outcome_now(wanted: Session, start_method: str = "") -> Outcome:
    """Run the commands of a fence, whatever is known of them; otherwise like `outcome`."""
    program = read(wanted.file)
    results = []
    for command in wanted.commands:
        results.append(run_now(wanted, command, program, start_method))
        check(wanted, command, results[-1])
    recorded = None
    if command := _recorded(wanted):
        recorded = run_now(wanted, command, program, start_method, record=True)
        check(wanted, command, recorded)
    return Outcome(program.decode(), results, recorded)


def read(file: str) -> bytes:
    """Return a program's text; raises SnippetError unless it is a plain file inside snippets/."""
    path = PROGRAMS / file
    if not PROGRAMS.is_dir():
        raise SnippetError(f"there is no {PROGRAMS}/ in {Path.cwd()}; build where it is")
    if not path.resolve().is_relative_to(PROGRAMS.resolve()):
        raise SnippetError(f"{path.as_posix()} lies outside {PROGRAMS}/; move the program there")
    if not path.is_file():
        problem = "is not a file" if path.exists() else "does not exist"
        raise SnippetError(f'{path.as_posix()} {problem}; write it, or mend file="…"')
    text = path.read_bytes()
    if len(text) > SIZE_LIMIT:
        raise SnippetError(f"{path.as_posix()} has more than {SIZE_LIMIT:,} bytes; make it shorter")
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SnippetError(f"{path.as_posix()} is not UTF-8 ({error}); save it as UTF-8") from None
    return text


def _recorded(wanted: Session) -> Command | None:
    return None if wanted.recorded is None else wanted.commands[wanted.recorded]


def _start(wanted: Session, program: bytes) -> bool:
    """Queue the commands whose results are not known; return whether there were any."""
    queued = False
    recorded = _recorded(wanted)
    runs = [(each, False) for each in wanted.commands] + ([(recorded, True)] if recorded else [])
    for command, record in runs:
        key = _key(wanted, command, program, record)
        with _lock:
            if key in _runs:
                continue
            future = _runs[key] = Future()
        if known := store.load(key):
            future.set_result(known)
        else:
            queued = True
            _jobs.put((future, key, wanted, command, program, record))
            _add_worker()
    return queued


def _result(wanted: Session, command: Command, program: bytes, record: bool = False) -> Result:
    key = _key(wanted, command, program, record)
    try:
        result = _runs[key].result()
        check(wanted, command, result)
    except SnippetError:
        # not kept: the next build is to see for itself
        store.forget(key)
        _runs.pop(key, None)
        raise
    return result


def _key(wanted: Session, command: Command, program: bytes, record: bool) -> str:
    return store.key(program, Path(wanted.file).name, command, _python(), START_METHOD, record)


def _python() -> interpreter.Interpreter:
    try:
        return interpreter.chosen()
    except OSError as error:
        raise SnippetError(str(error)) from None


def _all_sessions() -> Iterator[Session]:
    for page in sorted(PAGES.glob("*.md")):
        with suppress(SnippetError):
            for block in session.blocks(page.read_text("utf-8")):
                if block.language == "snippet":
                    with suppress(SnippetError):
                        yield session.of(block)


def _add_worker() -> None:
    with _lock:
        if len(_workers) < WORKERS:
            # threads, for they only wait; daemons, for _end is what ends them
            worker = threading.Thread(target=_work, daemon=True)
            _workers.append(worker)
            worker.start()


def _work() -> None:
    while job := _jobs.get():
        future, key, wanted, command, program, record = job
        try:
            result = run_now(wanted, command, program, record=record)
        except BaseException as error:
            future.set_exception(error)
        else:
            store.save(key, result)
            future.set_result(result)


@atexit.register
def _end() -> None:
    """Give up what still runs; reached after errors and Ctrl-C too, so no program is left over."""
    _stop.set()
    for _ in _workers:
        _jobs.put(None)
    for worker in _workers:
        worker.join()

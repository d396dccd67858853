"""Take one line of synchronisation out of a program at a time: `make mutants`.

A mutant is caught if its page's transcript or a check fails, under the default start method or
another one. Prints each mutant that is not caught, and the score; exits with 1 if one is not caught
that EQUIVALENT does not explain.
"""

import argparse
import multiprocessing
import re
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import stress

from mkdocs_exec import interpreter, schedule
from mkdocs_exec.session import MissingError, Session
from mkdocs_exec.sybil import document, evaluate_snippet

MUTATIONS = {
    r"^( *)with \w*(?:lock|mutex|semaphore|turn|guard)\w*:$": r"\1if True:",
    r"^( *)\w[\w.\[\]]*\.(?:join|wait|acquire|release|flush|task_done)\(.*\)$": r"\1pass",
    r"^( *)\w[\w.\[\]]*\.(?:put|send)\((?:None|[A-Z_]+)\)$": r"\1pass",
    r", flush=True": "",
}
# Lines that change nothing a program shows, with the reason.
EQUIVALENT = {
    ("daemons/daemon_flag_too_late.py", "go.wait()"): "orders two lines that chance orders too",
    ("daemons/daemon_may_do.py", "thread.join()"): "the interpreter joins the thread at exit",
    ("daemons/daemon_same_session.py", "child.join()"): "tidy: the child has sent all it had",
    (
        "inside_a_lock/flag_outcomes.py",
        "start.wait()",
    ): "gives the race its chance; chance is counted",
    ("manager/manager_cost.py", "with lock:"): "is what is timed, and nothing else depends on it",
    (
        "start_methods/thread_at_fork.py",
        "held.wait()",
    ): "makes certain what is nearly so without it",
    ("sharing_files/file_cost.py", "with lock:"): "is part of what is timed",
    ("sharing_files/file_cost.py", "server.join()"): "tidy: the exit joins it",
    ("queues/put_first_arrives_last.py", "producer.join()"): "tidy: all items have been read",
    ("queues/cancelled_half_way.py", "at_work.wait()"): "or alive could mean: not yet started",
    ("queues/cancelled_half_way.py", "receiver.join()"): "tidy: it has been terminated",
    ("pipes/inherited_write_end.py", "parent_closed.wait()"): "makes the order certain, not likely",
    ("pipes/writers_share_a_pipe.py", "child.join()"): "tidy: it has been terminated",
    ("beyond_one_machine/pickle_runs_code.py", "server.join()"): "tidy: its answer has been read",
    ("practice/numbers_solved.py", "child.join()"): "tidy: its pipe has been read to the end",
    ("practice/prices_solved.py", "child.join()"): "tidy: `get` waits for each result",
    ("mutex/lock_scope.py", "worker.join()"): "the last barrier has waited for all of the work",
    ("daemons/daemon_ignores_sigterm.py", "parent_over.wait()"): (
        "orders the lines on a busy machine; on an idle one the sleep after it does"
    ),
}


LEFT_OUT = {
    "practice/check.py": "it synchronises nothing; tests/test_practice.py shows it wrong programs",
    "practice/*.py but *_solved.py": "wrong on purpose, and may print anything",
}


def main() -> int:
    """Try the mutants of the pages that the command line names, or of all."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("pages", nargs="*", type=Path, help="pages of docs/, all if none")
    pages = parser.parse_args().pages or sorted(schedule.PAGES.glob("*.md"))
    for name, reason in LEFT_OUT.items():
        print(f"left out: {name}: {reason}")
    mutants = [
        (page, file, line, text)
        for page in pages
        for file in dict.fromkeys(filter(None, map(runnable, stress.sessions(page))))
        if page.stem == Path(file).parent.as_posix() and not left_out(file)
        for line, text in mutants_of(schedule.read(file).decode())
    ]
    caught = 0
    # a process each, for a mutant takes the place of its program in the whole of mkdocs_exec
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(4, mp_context=context) as pool:
        for (_, file, line, _text), failure in zip(
            mutants, pool.map(try_out, mutants), strict=True
        ):
            before = schedule.read(file).decode().splitlines()[line - 1].strip()
            reason = EQUIVALENT.get((file, before))
            caught += bool(failure or reason)
            if not failure:
                print(
                    f"{file}:{line}: not caught without {before!r}: {reason or 'no reason known'}"
                )
    print(f"{caught} of {len(mutants)} mutants caught or explained")
    return 0 if caught == len(mutants) else 1


def runnable(wanted: Session) -> str:
    """Return a fence's program, "" after saying why if it cannot run here."""
    try:
        schedule.require(wanted)
    except MissingError as missing:
        print(f"left out: {missing}")
        return ""
    return wanted.file


def left_out(file: str) -> bool:
    """Tell whether a program is of those that LEFT_OUT names."""
    return file.startswith("practice/") and not file.endswith("_solved.py")


def mutants_of(program: str):
    """Yield each mutant's line, from 1, and text."""
    lines = program.splitlines(keepends=True)
    for number, line in enumerate(lines):
        for pattern, replacement in MUTATIONS.items():
            mutated = re.sub(pattern, replacement, line.rstrip("\n")) + "\n"
            if mutated != line:
                yield number + 1, "".join([*lines[:number], mutated, *lines[number + 1 :]])


def try_out(mutant: tuple[Path, str, int, str]) -> str:
    """Return what catches a mutant, "" if nothing does."""
    page, file, _, text = mutant
    read = schedule.read
    schedule.read = lambda name: text.encode() if name == file else read(name)
    try:
        return next(filter(None, failures(page, file)), "")
    finally:
        schedule.read = read


def failures(page: Path, file: str):
    """Yield what fails on a page when it is gone through, the program's own fences first."""
    for wanted in stress.sessions(page):
        if wanted.file == file:
            yield from stress.run_once("", wanted)
            if not stress.names_its_start_method(wanted):
                for method in interpreter.chosen().start_methods[1:]:
                    yield from stress.run_once(method, wanted)
    if file.startswith("practice/"):
        with tempfile.TemporaryDirectory() as folder:
            solution = Path(folder, Path(file).name)
            solution.write_bytes(schedule.read(file))
            yield stress.checked(solution, patience=10)
    current = ""
    for example in document(page).examples():
        try:
            if isinstance(example.parsed, Session):
                current = example.parsed.file
                yield evaluate_snippet(example)
            elif current == file or "def " in example.parsed or " = " in example.parsed:
                example.evaluate()
        except Exception as error:
            if current == file:
                yield repr(error)


if __name__ == "__main__":
    sys.exit(main())

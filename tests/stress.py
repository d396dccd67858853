"""Run every program of the pages many times on a busy machine: `make stress`.

Under the default start method transcripts and checks are gone through; under the others each
program that does not name its own is run and compared with its transcript. MKDOCS_EXEC_PYTHON names
another Python. Prints runs and failures, and exits with 1 after a failure.
"""

import argparse
import os
import re
import subprocess
import sys
import threading
import time
import unittest
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from mkdocs_exec import interpreter, schedule
from mkdocs_exec.schedule import Outcome
from mkdocs_exec.session import MissingError, Session, SnippetError
from mkdocs_exec.sybil import document, evaluate_snippet


def main() -> int:
    """Stress the pages that the command line names, or all."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=100, help="of each transcript")
    parser.add_argument("--checks", type=int, default=100, help="how many runs take the checks too")
    parser.add_argument("--other-runs", type=int, default=25, help="under each other start method")
    parser.add_argument("--at-once", type=int, default=8 * os.cpu_count(), help="how many")
    parser.add_argument(
        "--practice", type=int, metavar="N", help="instead: check each solution of practice N times"
    )
    parser.add_argument("pages", nargs="*", type=Path, help="pages of docs/, all if none")
    options = parser.parse_args()
    if options.practice:
        return practice(options.practice, options.at_once)
    pages = options.pages or sorted(schedule.PAGES.glob("*.md"))
    python = interpreter.chosen()
    default, *others = python.start_methods
    found = [wanted for page in pages for wanted in sessions(page)]
    work = [partial(go_through, page) for _ in range(options.checks) for page in pages]
    rest = max(0, options.runs - options.checks)
    work += [partial(run_once, "", wanted) for _ in range(rest) for wanted in found]
    work += [
        partial(run_once, method, wanted)
        for method in others
        for _ in range(options.other_runs)
        for wanted in found
        if not names_its_start_method(wanted)
    ]
    print(f"{python.version.split(' (')[0]}, default start method {default}")
    print(f"{len(work)} pieces of work, {options.at_once} at once on {os.cpu_count()} cores")
    started = time.monotonic()
    with ThreadPoolExecutor(options.at_once) as pool:
        failures = [failure for done in pool.map(lambda each: each(), work) for failure in done]
    for failure, times in Counter(failures).most_common():
        print(f"\n{times} times: {failure}")
    for reason in sorted(_skipped):
        print(f"skipped: {reason}")
    took = f"{time.monotonic() - started:.0f} s"
    print(f"\n{_runs.total()} runs of {len(_runs)} programs, {len(failures)} failures, {took}")
    return 1 if failures else 0


def practice(times: int, at_once: int) -> int:
    """Check every solution so many times; each check runs it thrice under each start method."""
    folder = schedule.PROGRAMS / "practice"
    solutions = sorted(folder.glob("*_solved.py")) * times

    with ThreadPoolExecutor(at_once) as pool:
        failures = list(filter(None, pool.map(partial(checked, patience=300), solutions)))
    print(*failures, f"{len(solutions)} checks, {len(failures)} failures", sep="\n")
    return 1 if failures else 0


def checked(solution: Path, patience: float) -> str:
    """Return what the checker of the exercises has against a solution, "" if nothing.

    A run that takes more than `patience` seconds counts as endless.
    """
    check = schedule.PROGRAMS / "practice/check.py"
    words = [interpreter.chosen().path, check, solution, "--patience", str(patience)]
    done = subprocess.run(words, capture_output=True, text=True)
    return done.stdout + done.stderr if done.returncode else ""


_runs: Counter[str] = Counter()
_skipped: set[str] = set()
_counting = threading.Lock()  # the count is shared by all that run at once


def counted(start_method: str, wanted: Session) -> Outcome:
    """Run a fence now, and count it."""
    with _counting:
        _runs[wanted.file] += len(wanted.commands)
    return schedule.outcome_now(wanted, start_method)


def go_through(page: Path) -> list[str]:
    """Evaluate a page's transcripts and checks once; return what failed."""
    failures = []
    # pycon fences are left to pytest: they replace sys.stdout, which all threads share
    for example in document(page).examples():
        try:
            if isinstance(example.parsed, Session):
                if failure := evaluate_snippet(example, partial(counted, "")):
                    failures.append(f"{page}:{example.line}: {failure}")
            elif isinstance(example.parsed, str):
                example.evaluate()
        except unittest.SkipTest as missing:
            _skipped.add(str(missing))
        except Exception as error:
            failures.append(f"{page}:{example.line}: {error!r}")
    return failures


def run_once(start_method: str, wanted: Session) -> list[str]:
    """Run a fence under a start method; return what failed."""
    try:
        counted(start_method, wanted)
    except MissingError as missing:
        _skipped.add(str(missing))
    except SnippetError as error:
        return [f"{start_method}: {error}"]
    return []


def sessions(page: Path) -> list[Session]:
    """Return the sessions of a page."""
    found = [example.parsed for example in document(page).examples()]
    return [parsed for parsed in found if isinstance(parsed, Session)]


def names_its_start_method(wanted: Session) -> bool:
    """Tell whether a program is about start methods, and so holds under those it names only."""
    return bool(re.search(rb"\b(get_context|set_start_method)\(", schedule.read(wanted.file)))


if __name__ == "__main__":
    sys.exit(main())

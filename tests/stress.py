"""Run every program of the pages many times on a busy machine: `make stress`.

Under the default start method each page is gone through with its transcripts and its checks; under
the other ones each program that does not name its own is run and compared with its transcript.
MKDOCS_EXEC_PYTHON names another Python. Prints runs and failures, and exits with 1 after a failure.
"""

import argparse
import multiprocessing
import os
import re
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from mkdocs_exec import interpreter, schedule
from mkdocs_exec.schedule import Outcome
from mkdocs_exec.session import Session, SnippetError
from mkdocs_exec.sybil import document, evaluate_snippet

NAMES_ITS_OWN = re.compile(r"\b(get_context|set_start_method)\(")


def main() -> int:
    """Stress the pages that the command line names, or all."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=100, help="under the default start method")
    parser.add_argument("--other-runs", type=int, default=25, help="under each of the others")
    parser.add_argument("--at-once", type=int, default=8 * os.cpu_count(), help="how many")
    parser.add_argument("pages", nargs="*", type=Path, help="pages of docs/, all if none")
    options = parser.parse_args()
    pages = options.pages or sorted(schedule.PAGES.glob("*.md"))
    python = interpreter.chosen()
    methods = [m for m in multiprocessing.get_all_start_methods() if m != python.start_method]
    work = [partial(go_through, page) for page in pages for _ in range(options.runs)]
    work += [
        partial(run_once, wanted, method)
        for page in pages
        for wanted in sessions(page)
        if not NAMES_ITS_OWN.search(schedule.read(wanted.file).decode())
        for method in methods
        for _ in range(options.other_runs)
    ]
    print(f"{python.version.split(' (')[0]}, default start method {python.start_method}")
    print(f"{len(work)} pieces of work, {options.at_once} at once on {os.cpu_count()} cores")
    started = time.monotonic()
    with ThreadPoolExecutor(options.at_once) as pool:
        failures = [failure for found in pool.map(lambda each: each(), work) for failure in found]
    for failure, times in Counter(failures).most_common():
        print(f"\n{times} times: {failure}")
    took = f"{time.monotonic() - started:.0f} s"
    print(f"\n{_runs.total()} runs of {len(_runs)} programs, {len(failures)} failures, {took}")
    return 1 if failures else 0


_runs: Counter[str] = Counter()
_counting = threading.Lock()  # the count is shared by all that run at once


def fresh(start_method: str, wanted: Session) -> Outcome:
    """Run the commands of a fence now, and compare each with the page."""
    program = schedule.read(wanted.file)
    results = []
    for command in wanted.commands:
        result = schedule.run_now(wanted, command, program, start_method)
        with _counting:
            _runs[wanted.file] += 1
        schedule.check(wanted, command, result)
        results.append(result)
    return Outcome(program.decode(), results)


def go_through(page: Path) -> list[str]:
    """Evaluate a page's transcripts and checks once; return what failed."""
    failures = []
    # pycon fences are left to pytest: they replace sys.stdout, which all threads share
    for example in document(page).examples():
        try:
            if isinstance(example.parsed, Session):
                if failure := evaluate_snippet(example, partial(fresh, "")):
                    failures.append(f"{page}:{example.line}: {failure}")
            elif isinstance(example.parsed, str):
                example.evaluate()
        except Exception as error:
            failures.append(f"{page}:{example.line}: {error!r}")
    return failures


def run_once(wanted: Session, start_method: str) -> list[str]:
    """Run a fence under another start method; return what failed."""
    try:
        fresh(start_method, wanted)
    except SnippetError as error:
        return [f"{start_method}: {error}"]
    return []


def sessions(page: Path) -> list[Session]:
    """Return the sessions of a page."""
    found = [example.parsed for example in document(page).examples()]
    return [parsed for parsed in found if isinstance(parsed, Session)]


if __name__ == "__main__":
    sys.exit(main())

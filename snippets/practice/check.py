"""Check an exercise: run it often, and disturb it every time."""

import argparse
import multiprocessing
import multiprocessing.connection
import multiprocessing.synchronize
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

PRINTS = {
    "report_cut_short": "5 of 5 lines\n",
    "lost_update": "balance: 40\n",
    "transfers": "balances: [100, 100]\n",
    "one_winner": "winners: 1\n",
    "visitors": "visits: 15\n",
    "orders": "cups of tea: 6\n",
    "squares": "[0, 1, 4, 9, 16, 25]\n",
    "numbers": "sum: 45\n",
    "prices": "prices: [20, 40]\n",
}
FIRST, LATER = 0.05, 0.002  # longest pause before a step, seconds
NO_WAIT = 0.001  # seconds
LARGEST = 16_000_000  # bytes that a program may write into a file
TRACEBACK = "Traceback (most recent call last):\n"


def disturb():
    """Make this process an unlucky one; called as it starts."""
    import resource  # Windows has none, and is refused

    name, method = os.environ["PRACTICE"].split()
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST, LARGEST))
    context = multiprocessing.get_context(method)
    default = multiprocessing.context._default_context
    default._default_context = context
    multiprocessing.get_context = lambda method=None: context
    multiprocessing.set_start_method = lambda *_, **__: None
    pause, visited = time.sleep, set()

    def step(frame, event, argument):
        code, place = frame.f_code, frame.f_lasti
        if event == "call":
            if os.path.basename(code.co_filename) != name:
                return None
            if multiprocessing.parent_process() is None:
                return None
            # Between reading a value and writing it lies no line.
            # Python 3.13 and later want f_trace set first.
            frame.f_trace = step
            frame.f_trace_opcodes = True
        elif event == "opcode" and random.random() < 0.3:
            known = (code, place) in visited
            pause(random.uniform(0, LATER if known else FIRST))
            visited.add((code, place))
        return step

    shorten(time, "sleep")
    shorten(multiprocessing.process.BaseProcess, "join")
    shorten(multiprocessing.connection.Connection, "poll")
    shorten(multiprocessing.synchronize.Event, "wait")
    # Python 3.12 looks for this when it starts to trace.
    sys._getframe().f_trace_opcodes = True
    sys.settrace(step)


def shorten(owner, name):
    """Let a timeout be over at once, as on a busy machine."""
    wait = getattr(owner, name)

    def clip(value):
        number = isinstance(value, int | float)
        return min(value, NO_WAIT) if number else value

    def short(*args, **options):
        options = {key: clip(options[key]) for key in options}
        return wait(*map(clip, args), **options)

    setattr(owner, name, short)


def start(program, method, folder):
    """Start a program alone in a folder, and disturb it."""
    (folder / "work").mkdir(parents=True)
    shutil.copy(program, folder / "work")
    # Python imports a file of this name whenever it starts.
    shutil.copy(__file__, folder / "sitecustomize.py")
    return subprocess.Popen(
        [sys.executable, program.name],
        cwd=folder / "work",
        env=os.environ
        | {
            "PRACTICE": f"{program.name} {method}",
            "PYTHONPATH": str(folder),
            "TMPDIR": str(folder),
        },
        stdin=subprocess.DEVNULL,
        stdout=(folder / "output").open("w"),
        stderr=(folder / "errors").open("w"),
        start_new_session=True,
    )


def runs_on(process):
    """Tell whether a program, or what it started, still runs."""
    process.poll()  # or it stays in its group as a zombie
    try:
        os.killpg(process.pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_for(processes, patience):
    """Wait for the ends; return those that came to none."""
    deadline = time.monotonic() + patience
    left = list(processes)
    while left and time.monotonic() < deadline:
        time.sleep(0.02)
        left = [each for each in left if runs_on(each)]
    return left


def end(processes):
    """End programs with all that they have started."""
    # What removes the named semaphores ignores the first signal.
    for number in (signal.SIGTERM, signal.SIGKILL):
        for each in processes:
            if runs_on(each):
                os.killpg(each.pid, number)
        processes = wait_for(processes, 2)


def seen(process, folder, ended):
    """Return what a run printed, and how it ended if not well."""
    text = (folder / "output").read_text(errors="replace")[:200]
    errors = (folder / "errors").read_text(errors="replace")
    if not ended:
        return f"{text}(did not end, and was stopped)\n"
    if process.returncode:
        text += f"(exit code {process.returncode})\n"
    _, traceback, rest = errors.rpartition(TRACEBACK)
    # The steps are indented, and notes may follow the exception.
    problem = re.search(r"^\S.*", rest, re.MULTILINE)
    if traceback and problem:
        text += f"({problem[0][:60]})\n"
    return text


def check(program, runs, patience):
    """Run a program under every start method, all at once.

    Returns how often what was seen, under which start methods.
    """
    methods = multiprocessing.get_all_start_methods() * runs
    processes = []
    with tempfile.TemporaryDirectory(
        prefix="check-", ignore_cleanup_errors=True
    ) as root:
        folders = [Path(root, str(i)) for i in range(len(methods))]
        try:
            for method, folder in zip(
                methods, folders, strict=True
            ):
                processes.append(start(program, method, folder))
            endless = wait_for(processes, patience)
        finally:
            end(processes)
        outcomes = [
            seen(process, folder, process not in endless)
            for process, folder in zip(
                processes, folders, strict=True
            )
        ]
    return Counter(zip(outcomes, methods, strict=True))


def report(name, expected, counts):
    """Print the verdict; return whether the program is right."""
    runs = counts.total()
    right = sum(
        counts[each] for each in counts if each[0] == expected
    )
    verdict = "RIGHT" if right == runs else "WRONG"
    print(
        f"{name}: {verdict}, as expected in {right} of {runs} runs"
    )
    print("expected:", *expected.splitlines(), sep="\n    ")
    for text in sorted({text for text, _ in counts} - {expected}):
        under = [
            f"{counts[text, method]} under {method}"
            for method in multiprocessing.get_all_start_methods()
            if counts[text, method]
        ]
        print(f"seen in {', '.join(under)}:", end="\n    ")
        print(*text.splitlines() or ["(nothing)"], sep="\n    ")
    return right == runs


def refusal(program):
    """Return why a program cannot be checked, or nothing."""
    if sys.platform == "win32":
        return "this checker needs Linux or macOS"
    if program.stem.removesuffix("_solved") not in PRINTS:
        names = ", ".join(f"{name}.py" for name in PRINTS)
        return f"{program.name} is no exercise; there are {names}"
    try:
        compile(program.read_bytes(), program.name, "exec")
    except OSError as error:
        return f"{program} cannot be read: {error.strerror}"
    except SyntaxError as error:
        where = f"{program.name}, line {error.lineno}"
        return f"{where}: {error.msg}"
    except ValueError as error:
        return f"{program.name} is no Python program: {error}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=Path)
    parser.add_argument(
        "--runs",
        type=int,
        choices=range(1, 21),
        metavar="N",
        default=3,
        help="under each start method, 1 to 20 (default 3)",
    )
    parser.add_argument(
        "--patience",
        type=float,
        default=10,
        help="seconds until a run counts as endless (default 10)",
    )
    options = parser.parse_args()
    if reason := refusal(options.program):
        parser.error(reason)
    # A checker that is told to stop stops its programs first.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    expected = PRINTS[options.program.stem.removesuffix("_solved")]
    counts = check(options.program, options.runs, options.patience)
    return not report(options.program.name, expected, counts)


if __name__ == "sitecustomize":
    disturb()
if __name__ == "__main__":
    sys.exit(main())

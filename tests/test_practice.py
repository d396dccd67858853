"""The exercises: what their checker must refuse, and what it must let pass."""

import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from mkdocs_exec import interpreter

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the pages are about Linux")
FOLDER = Path(__file__).parent.parent / "snippets/practice"
EXERCISES = sorted(path.stem.removesuffix("_solved") for path in FOLDER.glob("*_solved.py"))
AT_ONCE = 3  # checks; each starts nine programs at once
PATIENCE = 90  # seconds for what ends, on a busy machine
ENDLESS = "did not end, and was stopped"

# Wrong answers by exercise: what is changed in the solution, and what the verdict then says.
WRONG = {
    "report_cut_short": {
        "a longer sleep": (
            {"import Process": "import Process\nimport time", "writer.join()": "time.sleep(3)"},
            "of 5 lines",
        ),
        "not daemonic, not joined": ({", daemon=True": "", "    writer.join()\n": ""}, "0 of 5"),
        "a join that gives up": ({"writer.join()": "writer.join(timeout=3)"}, "of 5 lines"),
    },
    "lost_update": {
        "a lock for each access only": (
            {"with balance.get_lock():": "if True:"},
            "balance: ",
        ),
        "a lock for each process": (
            {
                "import Process, Value": "import Lock, Process, Value",
                "def pay_in(balance):": "def pay_in(balance):\n    lock = Lock()",
                "with balance.get_lock():": "with lock:",
            },
            "balance: ",
        ),
        "a lock around the write only": (
            {"            balance.value += 1": "            seen = balance.value\n"
             "        with balance.get_lock():\n            balance.value = seen + 1"},
            "balance: ",
        ),
    },
    "transfers": {
        "each takes its own account first": (
            {"with locks[0], locks[1]:": "with locks[source], locks[target]:"},
            ENDLESS,
        ),
        "one lock only, not the same": ({"with locks[0], locks[1]:": "with locks[source]:"}, "["),
        "a lock that an exception keeps": (
            {"with locks[0], locks[1]:": "locks[0].acquire()\n        if True:"},
            ENDLESS,
        ),
    },
    "one_winner": {
        "checked twice": (
            {"    with lock:\n        if": "    if prizes.value > 0:\n        if"},
            "winners: ",
        ),
        "a lock around the check only": (
            {
                "        if prizes.value > 0:": "        left = prizes.value > 0\n    if True:\n"
                "        if left:"
            },
            "winners: ",
        ),
        "a global flag": (
            {
                "def play": "won = False\n\n\ndef play",
                "    with lock:\n        if prizes.value > 0:": "    global won\n    if not won:\n"
                "        won = True\n        if True:",
            },
            "winners: 4",
        ),
    },
    "visitors": {
        "no lock": ({"with lock, COUNTER": "with COUNTER"}, "visits: "),
        "read before the lock": (
            {
                'with lock, COUNTER.open("r+") as file:\n            visits = int(file.read())':
                'visits = int(COUNTER.read_text() or 0)\n'
                '        with lock, COUNTER.open("r+") as file:'
            },
            "visits: ",
        ),
        "opened before the lock": (
            {'with lock, COUNTER.open("r+") as file:': 'with COUNTER.open("r+") as file, lock:'},
            "visits: ",
        ),
    },
    "orders": {
        "no lock": ({"with lock:": "if True:"}, "cups of tea: "),
        "a lock, and a lost change": ({'orders["tea"] += [table]': 'orders["tea"].append(table)'},
                                      "cups of tea: 0"),
        "a lock around the write only": (
            {
                '        with lock:\n            orders["tea"] +=': '        seen = orders["tea"]\n'
                '        with lock:\n            orders["tea"] = seen +'
            },
            "cups of tea: ",
        ),
    },
    "squares": {
        "one sentinel for two workers": ({"for _ in workers:\n": "if True:\n"}, ENDLESS),
        "waits a while, takes what is there": (
            {
                "    squares = [results.get() for _ in range(6)]": "    import time\n"
                "    time.sleep(2)\n    squares = []\n    while not results.empty():\n"
                "        squares.append(results.get())"
            },
            "[",
        ),
        "takes what comes within two seconds": (
            {
                "    squares = [results.get() for _ in range(6)]": "    from queue import Empty\n"
                "    squares = []\n    try:\n        while True:\n"
                "            squares.append(results.get(timeout=2))\n"
                "    except Empty:\n        pass"
            },
            "[",
        ),
    },
    "numbers": {
        "the parent keeps its end": ({"    writer.close()\n": ""}, ENDLESS),
        "closed before the child has it": (
            {"    writer.close()\n": "", "    child.start": "    writer.close()\n    child.start"},
            "OSError: handle is closed",
        ),
        "a longer timeout": (
            {"while True:": "while reader.poll(timeout=5):"},
            "sum: ",
        ),
    },
    "prices": {
        "a global in the child": (
            {
                "def convert(price, rate, results):": "rate = 1\n\n\ndef convert(price, results):\n"
                "    global rate",
                "args=(price, rate, results)": "args=(price, results)",
            },
            "prices: [10, 20]",
        ),
        "the start method of the author": (
            {
                "import Process": "import set_start_method, Process",
                "convert(price, rate,": "convert(price,",
                "(price, rate, results)": "(price, results)",
                "    rate = 2": "    set_start_method('fork')\n    rate = 2",
            },
            ENDLESS,
        ),
        "a lambda": (
            {"target=convert, args=(price, rate, results)":
             "target=lambda p: convert(p, rate, results), args=(price,)"},
            "pickle",
        ),
    },
}  # fmt: skip
CASES = [(name, case) for name in EXERCISES for case in ("start", "solution", *WRONG[name])]


def program(name: str, case: str) -> str:
    text = (FOLDER / f"{name}{'' if case == 'start' else '_solved'}.py").read_text("utf-8")
    for old, new in WRONG[name].get(case, [{}])[0].items():
        assert old in text, f"{name}, {case}: there is no {old!r} to change"
        text = text.replace(old, new)
    return text


def check(folder: Path, name: str, text: str | bytes, *options: str) -> subprocess.CompletedProcess:
    """Check a program the way a reader does: the checker beside it, nothing else."""
    folder.mkdir()
    shutil.copy(FOLDER / "check.py", folder)
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    words = [interpreter.chosen().path, "check.py", name, *options]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True)
    assert sorted(path.name for path in folder.iterdir()) == sorted({"check.py", name})
    return done


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory):
    root = tmp_path_factory.mktemp("practice")

    def one(number_and_case):
        number, (name, case) = number_and_case
        endless = WRONG[name].get(case, ["", ""])[1] == ENDLESS
        patience = () if endless else ("--patience", str(PATIENCE))
        return check(root / str(number), f"{name}.py", program(name, case), *patience)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(CASES, pool.map(one, enumerate(CASES)), strict=True))


def test_every_exercise_has_a_start_a_solution_and_three_wrong_answers():
    starts = {path.stem for path in FOLDER.glob("*.py")} - {"check"}
    assert {name for name in starts if not name.endswith("_solved")} == set(EXERCISES)
    assert set(WRONG) == set(EXERCISES) and len(EXERCISES) >= 8
    assert all(len(answers) >= 3 for answers in WRONG.values())


@pytest.mark.parametrize(("name", "case"), CASES)
def test_verdict(name, case, verdicts):
    done = verdicts[name, case]
    assert done.stderr == ""
    if case == "solution":
        assert done.stdout.startswith(f"{name}.py: RIGHT, as expected in 9 of 9 runs\n"), (
            done.stdout
        )
        assert done.returncode == 0
    else:
        assert done.stdout.startswith(f"{name}.py: WRONG"), done.stdout
        assert done.returncode == 1
        seen = done.stdout.partition("\nseen in ")[2]
        assert WRONG[name].get(case, ["", ""])[1] in seen
        if case == "start" or WRONG[name][case][1] != ENDLESS:
            assert ENDLESS not in seen


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("other.py", "", "other.py is no exercise; there are report_cut_short.py, lost_update.py"),
        ("prices.py", "x = 1\ndef f(:\n", "prices.py, line 2: invalid syntax"),
        ("prices.py", b"x = '\xff'\n", "prices.py"),
        ("prices.py", b"x = 1\0\n", "prices.py"),
    ],
)
def test_what_cannot_be_checked_is_told(tmp_path, name, text, message):
    done = check(tmp_path / "x", name, text)
    assert done.returncode == 2 and done.stdout == ""
    assert message in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "required: program"),
        (["prices.py"], "prices.py cannot be read: No such file"),
        (["prices.py", "--patience", "x"], "invalid float value"),
        (["prices.py", "--runs", "0"], "argument --runs: invalid choice"),
    ],
)
def test_wrong_use_is_told(tmp_path, words, message):
    line = [sys.executable, FOLDER / "check.py", *words]
    done = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 2 and message in done.stderr and "Traceback" not in done.stderr


def test_windows_is_refused(tmp_path):
    # what is imported beforehand has seen the true platform
    pretend = (
        "import runpy, shutil, sys, tempfile, multiprocessing.synchronize, "
        "multiprocessing.connection\n"
        "sys.modules['resource'], sys.platform = None, 'win32'\n"
        f"sys.argv = ['check.py', 'prices.py']; runpy.run_path({str(FOLDER / 'check.py')!r}, "
        "run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", pretend], capture_output=True, text=True)
    assert done.returncode == 2 and "error: this checker needs Linux or macOS" in done.stderr


ENDLESS_FAMILY = """
import signal, subprocess, sys, time
from multiprocessing import Process

def stay():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    subprocess.run([sys.executable, "-c", "import time; time.sleep(600)"])
    while True:
        time.sleep(60)

if __name__ == "__main__":
    Process(target=stay).start()
    print("begun", flush=True)
"""


def left_in(folder: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.status() != psutil.STATUS_ZOMBIE:
                found += [process] * process.environ().get("TMPDIR", "").startswith(str(folder))
        except psutil.Error:
            pass
    return found


def test_an_endless_program_is_stopped_with_its_children(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    done = check(tmp_path / "x", "prices.py", ENDLESS_FAMILY, "--patience", "3")
    assert ENDLESS in done.stdout and done.returncode == 1
    assert left_in(tmp_path) == [] and os.listdir(tmp_path) == ["x"]


def test_endless_output_fills_no_disk(tmp_path):
    loop = "while True:\n    print('x' * 10_000)\n"
    done = check(tmp_path / "x", "prices.py", loop, "--patience", "60")
    assert "OSError: [Errno 27] File too large" in done.stdout and done.returncode == 1
    assert len(done.stdout) < 2000


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_checker_that_is_stopped_leaves_nothing(tmp_path, monkeypatch, number):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    (tmp_path / "prices.py").write_text(ENDLESS_FAMILY)
    words = [interpreter.chosen().path, FOLDER / "check.py", "prices.py", "--patience", "600"]
    checker = subprocess.Popen(
        words,
        cwd=tmp_path,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    deadline = time.monotonic() + 120
    while len(left_in(tmp_path)) < 20 and time.monotonic() < deadline:
        time.sleep(0.1)
    checker.send_signal(number)
    assert checker.wait(120) != 0
    assert left_in(tmp_path) == [] and os.listdir(tmp_path) == ["prices.py"]

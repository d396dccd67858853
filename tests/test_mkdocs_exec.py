"""The way of a program from snippets/ onto a page, and all that must stop it."""

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from mkdocs_exec import interpreter, runner, schedule, session, store
from mkdocs_exec.session import SnippetError

ROOT = Path(__file__).parent.parent
EXTENSIONS = (ROOT / "mkdocs.yml").read_text("utf-8").partition("markdown_extensions:")[2]
BUILDS = {
    "mkdocs": ["mkdocs", "build"],
    "strict": ["mkdocs", "build", "--strict"],
    "zensical": ["zensical", "build", "--clean"],
}
HELLO = "print('hello')\n"
PAGE = '# Page\n\n```snippet file="a/hello.py"\n$ python hello.py\nhello\n```\n'


class Site:
    """A small site with the fence as the real one configures it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for folder in ("docs", "snippets/a"):
            (root / folder).mkdir(parents=True)
        (root / "docs/snippets").symlink_to("../snippets")
        (root / "mkdocs.yml").write_text(
            "site_name: Test\ntheme: {name: material, font: false}\nplugins: []\n"
            f"watch: [snippets]\nmarkdown_extensions:{EXTENSIONS}"
        )
        self.write("snippets/a/hello.py", HELLO)
        self.write("docs/index.md", PAGE)

    def write(self, path: str, text: str | bytes) -> Path:
        target = self.root / path
        target.write_bytes(text.encode() if isinstance(text, str) else text)
        return target

    def page(self, program: str | bytes, fence: str) -> None:
        """Write a program and a page that shows it on line 3."""
        self.write("snippets/a/hello.py", program)
        self.write("docs/index.md", f"# Page\n\n{fence}\n")

    def name_programs(self, *names: str) -> None:
        """Write programs that print their names, and a page that shows them all."""
        for name in names:
            self.write(f"snippets/a/{name}.py", f"print({name!r})\n")
        fences = [fence(f"$ python {name}.py\n{name}", f'file="a/{name}.py"') for name in names]
        self.write("docs/index.md", "\n\n".join(["# Page", *fences, ""]))

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", *words]

    def build(self, kind="mkdocs", **environment: str) -> subprocess.CompletedProcess:
        words = BUILDS[kind] if isinstance(kind, str) else kind
        return subprocess.run(
            self.command(*words),
            cwd=self.root,
            env=os.environ | {"NO_MKDOCS_2_WARNING": "1"} | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
        )

    def html(self) -> str:
        return (self.root / "site/index.html").read_text("utf-8")

    def shown(self) -> str:
        """Return the text of all outputs on the page, as a browser would."""
        import html

        output = re.findall(
            r'snippet-output"[^>]*><pre><code>(.*?)</code></pre>', self.html(), re.S
        )
        return html.unescape(re.sub("<[^>]*>", "", "\n".join(output)))


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path)


def run(program: str | bytes, line: str = "python x.py", timeout: float = 20, **kwargs):
    text = program if isinstance(program, bytes) else program.encode()
    command = session.command(line, "x.py")
    return runner.run(text, "x.py", command, interpreter.chosen(), timeout, **kwargs)


def fence(transcript: str = "$ python hello.py\nhello", options: str = 'file="a/hello.py"') -> str:
    return f"```snippet {options}\n{transcript}\n```"


# --- what a page says: session ---------------------------------------------------------------


def parsed(body: str, **options: str) -> session.Session:
    return session.parse({"file": "a/hello.py"} | options, body)


def test_a_transcript_is_commands_and_what_they_print():
    wanted = parsed("$ python -O hello.py 'a b' | cat\none\n\ntwo\n$ python hello.py\n")
    first, second = wanted.commands
    assert (first.options, first.arguments, first.piped) == (("-O",), ("a b",), True)
    assert first.expected == "one\n\ntwo\n"
    assert (second.options, second.arguments, second.piped, second.expected) == ((), (), False, "")
    assert (wanted.timeout, second.returncode) == (20, 0)


def test_each_command_may_have_its_own_return_code():
    two = "$ python hello.py\n$ python hello.py x\n"
    assert [c.returncode for c in parsed(two, returncode="0 -9").commands] == [0, -9]
    assert [c.returncode for c in parsed(two, returncode="1").commands] == [1, 1]


@pytest.mark.parametrize(
    ("expected", "printed", "agrees"),
    [
        ("a\n", "a\n", True),
        ("a\n", "a", True),
        ("a\n", "a\n\n", True),
        ("a\n", "b\n", False),
        ("a\n", "", False),
        ("", "a\n", False),
        ("", "", True),
        ("...\nb\n", "1\n2\nb\n", True),
        ("... of 40\n", "23 of 40\n", True),
        ("... of 40\n", "23 of 41\n", False),
        ("a\n\nb\n", "a\nb\n", False),
        ("a b\n", "a  b\n", False),
        ("True\n", "1\n", False),
        ("<BLANKLINE>\n", "\n", False),
    ],
)
def test_output_is_compared_as_a_doctest_does(expected, printed, agrees):
    command = parsed(f"$ python hello.py\n{expected}").commands[0]
    assert (command.contradiction(printed, 0) == "") is agrees


def test_a_contradiction_shows_both_sides():
    text = parsed("$ python hello.py\nsame\nleft\n").commands[0].contradiction("same\nright\n", 0)
    assert "-left" in text and "+right" in text and " same" in text


@pytest.mark.parametrize(
    ("body", "options", "mend"),
    [
        ("", {}, "transcript is empty"),
        ("hello", {}, "before the first"),
        ("$ ls", {}, "does not run the program"),
        ("$ python other.py", {}, "write `$ python hello.py`"),
        ("$ python hello.py > file", {}, "only `| cat`"),
        ("$ python hello.py 'x", {}, "cannot be read"),
        ("$ python hello.py", {"colour": "red"}, "unknown option 'colour'"),
        ("$ python hello.py", {"file": ""}, "names no program"),
        ("$ python hello.py", {"timeout": "soon"}, "not a number"),
        ("$ python hello.py", {"timeout": "0"}, "number of seconds"),
        ("$ python hello.py", {"returncode": "one"}, "not a number"),
        ("$ python hello.py", {"returncode": "0 1"}, "one each"),
        ("$ python hello.py", {"hl_lines": "x"}, "no list of lines"),
        ("$ python other.py", {"beside": "b/check.py"}, "does not run the program"),
        ("$ python hello.py", {"beside": "b/hello.py"}, "two files of one name"),
    ],
)
def test_a_wrong_fence_is_refused_with_its_mend(body, options, mend):
    with pytest.raises(SnippetError, match=re.escape(mend)):
        parsed(body, **options)


def test_blocks_are_those_that_markdown_sees():
    text = "a\n\n````md\n```snippet\n```\n````\n\n!!! note\n"
    text += '\n    ~~~python x="1"\n    b\n      c\n    ~~~\n'
    outer, inner = session.blocks(text)
    assert (outer.language, outer.line, outer.body) == ("md", 3, "```snippet\n```\n")
    assert (inner.language, inner.line, inner.info) == ("python", 10, 'x="1"')
    assert inner.body == "b\n  c\n"
    assert text[inner.start : inner.end].endswith("~~~")
    with pytest.raises(SnippetError, match=r"line 1.*never closed"):
        list(session.blocks("```python\nx = 1\n"))


# --- one run: runner -------------------------------------------------------------------------


posix = pytest.mark.skipif(
    os.name != "posix", reason="about terminals, signals and POSIX variables"
)


@posix
def test_a_program_is_alone_and_sees_only_named_variables(monkeypatch):
    monkeypatch.setenv("PYTHONUNBUFFERED", "1")
    monkeypatch.setenv("SECRET", "1")
    program = (
        "import os; print(os.listdir(), *sorted(set(os.environ) - {'__CF_USER_TEXT_ENCODING'}))"
    )
    assert run(program).output == "['x.py'] HOME LANG PATH TERM TMPDIR\n"


@posix
def test_output_goes_to_a_terminal_unless_it_is_piped():
    program = "import sys; print(sys.stdout.isatty(), sys.stderr.isatty())"
    assert run(program).output == "True True\n"
    assert run(program, "python x.py | cat").output == "False True\n"


@posix
def test_a_killed_program_loses_its_buffer_on_a_pipe_only():
    program = "import os; print('kept?'); os.kill(os.getpid(), 9)"
    assert run(program).output == "kept?\n"
    piped = run(program, "python x.py | cat")
    assert (piped.output, piped.returncode) == ("", -signal.SIGKILL)


def test_paths_of_this_machine_are_removed():
    program = "import json, sys; print(sys.executable)\njson.loads('')"
    output = run(program).output
    assert output.startswith("python\n")
    assert 'File "x.py", line 2, in <module>' in output
    assert f'File "json{os.sep}__init__.py", line' in output
    assert run(program).returncode == 1


def test_interpreter_options_and_arguments_are_passed():
    assert run("import sys; print(__debug__, sys.argv)", "python -O x.py a 'b c'").output == (
        "False ['x.py', 'a', 'b c']\n"
    )


def test_input_is_at_its_end():
    assert "EOFError" in run("input()").output


def test_invisible_characters_become_visible():
    program = (
        rb"import sys; sys.stdout.buffer.write(b'\x1b[31m\r\x00\xff\xc2\x9b\xe2\x80\xae\x7f\t.')"
    )
    assert run(program).output == "␛[31m␍␀\\xff\\u009b\\u202e␡\t."


def test_the_start_method_can_be_set_from_outside():
    program = "import multiprocessing as m; print(m.get_start_method())"
    assert run(program, start_method="spawn").output == "spawn\n"
    default = interpreter.chosen().start_methods[0]
    assert run(program).output == f"{default}\n"
    own = f"import multiprocessing as m; m.set_start_method({default!r})\n{program}"
    assert run(own, start_method="spawn").output == f"{default}\n"


@posix
def test_ctrl_c_reaches_a_program_whose_builder_ignores_it():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        caught = run("import signal; print(signal.getsignal(2) == signal.default_int_handler)")
    finally:
        signal.signal(signal.SIGINT, before)
    assert caught.output == "True\n"


@pytest.mark.parametrize(
    ("program", "bound"),
    [
        ("print('begun', flush=True)\nimport time; time.sleep(600)", "did not end in time"),
        ("while True: print('x' * 1000)", "more than 100,000 bytes"),
    ],
)
def test_a_program_past_a_bound_is_ended_and_shown(program, bound):
    with pytest.raises(runner.RunError, match=bound) as caught:
        run(program, timeout=2)
    assert "begun" in str(caught.value) or "xxx" in str(caught.value)


# --- kept results: store ---------------------------------------------------------------------


@pytest.fixture
def kept(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "FOLDER", tmp_path / "store")
    store.save("k", {"output": "out"})
    assert store.load("k") == {"output": "out"}
    return tmp_path / "store/k.json"


DAMAGE = {
    "truncated": lambda text: text[: len(text) // 2],
    "empty": lambda text: b"",
    "not UTF-8": lambda text: b"\xff\xfe",
    "a list": lambda text: b"[]",
    "an empty object": lambda text: b"{}",
    "nested too deep": lambda text: b"[" * 100_000,
    "another value": lambda text: text.replace(b"out", b"put"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_entry_is_a_miss(kept, damage):
    kept.write_bytes(DAMAGE[damage](kept.read_bytes()))
    assert store.load("k") is None


def test_an_entry_under_another_key_is_a_miss(kept):
    kept.rename(kept.with_name("other.json"))
    assert store.load("other") is None


def test_the_store_is_bounded_and_keeps_what_was_used_last(kept, monkeypatch):
    for number in range(20):
        store.save(str(number), "x" * 1000)
        os.utime(kept.with_name(f"{number}.json"), (number, number))
    assert store.load("0")
    monkeypatch.setattr(store, "MOST", 5000)
    store.trim()
    assert sum(path.stat().st_size for path in kept.parent.iterdir()) <= 5000
    assert store.load("0") and store.load("1") is None


def test_a_store_that_cannot_be_written_is_no_error(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(store, "FOLDER", tmp_path / "file")
    store.save("k", 1)
    store.forget("k")
    store.trim()
    assert store.load("k") is None


def test_the_key_covers_what_can_change_the_output(monkeypatch):
    def key(program=b"1", name="x.py", line="python x.py", beside=()):
        wanted = session.Session(f"a/{name}", (), beside=beside)
        return schedule._key(wanted, session.command(line, *wanted.names), program)

    keys = {
        key(),
        key(b"2"),
        key(name="y.py", line="python y.py"),
        key(line="python -O x.py"),
        key(line="python x.py -O"),
        key(line="python x.py | cat"),
    }
    python = vars(interpreter.chosen())
    for name in python:
        other = interpreter.Interpreter(**(python | {name: "?"}))
        monkeypatch.setattr(interpreter, "chosen", lambda other=other: other)
        keys.add(key())
    monkeypatch.undo()
    monkeypatch.setattr(schedule, "START_METHOD", "spawn")
    keys.add(key())
    monkeypatch.undo()
    monkeypatch.setattr(schedule, "_CODE", b"another runner")
    keys.add(key())
    monkeypatch.undo()
    monkeypatch.setattr(schedule, "read", lambda file: file.encode())
    keys.add(key(beside=("a/y.py",)))
    keys.add(key(beside=("b/y.py",)))
    keys.add(key(line="python y.py", beside=("a/y.py",)))
    assert len(keys) == 6 + len(python) + 5


def test_a_python_is_described_alike_in_every_process():
    said = {
        subprocess.run(
            [sys.executable, interpreter.__file__],
            env=os.environ | {"PYTHONHASHSEED": str(seed)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in range(6)
    }
    assert len(said) == 1


# --- the build -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", BUILDS)
def test_a_page_shows_the_file_and_what_it_printed(site, kind):
    site.page(
        "import sys\n\nprint('one <b>', sys.argv[1:])\n",
        fence(
            "$ python hello.py\none <b> []\n$ python hello.py x | cat\none ...",
            'file="a/hello.py" hl_lines="3" title="The <title>"',
        ),
    )
    done = site.build(kind)
    assert done.returncode == 0, done.stdout
    assert site.shown() == (
        "$ python hello.py\none <b> []\n\n$ python hello.py x | cat\none <b> ['x']\n"
    )
    assert "The &lt;title&gt;" in site.html()
    assert re.search(r'class="hll">.*print', site.html())
    assert 'href="snippets/a/hello.py"' in site.html()
    built = site.root / "site/snippets/a/hello.py"
    assert built.read_bytes() == (site.root / "snippets/a/hello.py").read_bytes()


def test_a_file_beside_the_program_may_run_it(site):
    site.write("snippets/a/check.py", "import sys; print(len(open(sys.argv[1]).read()))\n")
    beside = 'file="a/hello.py" beside="a/check.py"'
    site.page(HELLO, fence("$ python check.py hello.py\n15\n$ python hello.py\nhello", beside))
    done = site.build()
    assert done.returncode == 0, done.stdout
    assert site.shown() == "$ python check.py hello.py\n15\n\n$ python hello.py\nhello\n"
    site.write("snippets/a/check.py", "print('other')\n")
    assert "+other" in site.build().stdout
    (site.root / "snippets/a/check.py").unlink()
    assert "snippets/a/check.py does not exist" in site.build().stdout


def outside(site):
    site.write("outside.py", HELLO)
    site.page(HELLO, fence("$ python outside.py", 'file="../outside.py"'))


def absolute(site):
    site.write("outside.py", HELLO)
    site.page(HELLO, fence("$ python outside.py", f'file="{site.root}/outside.py"'))


def symlink(site):
    site.write("outside.py", HELLO)
    (site.root / "snippets/a/link.py").symlink_to("../../outside.py")
    site.page(HELLO, fence("$ python link.py\nhello", 'file="a/link.py"'))


def names(file):
    return lambda site: site.page(HELLO, fence(f"$ python {Path(file).name}", f'file="{file}"'))


def program(text, *options, transcript="$ python hello.py\nhello"):
    return lambda site: site.page(
        text, fence(transcript, " ".join(('file="a/hello.py"', *options)))
    )


BROKEN = {
    "missing": (names("a/no.py"), "snippets/a/no.py does not exist"),
    "directory": (names("a"), "snippets/a is not a file"),
    "outside": (outside, "snippets/../outside.py lies outside snippets/"),
    "absolute": (absolute, "outside.py lies outside snippets/"),
    "symlink": (symlink, "snippets/a/link.py lies outside snippets/"),
    "not UTF-8": (program(b"# \xff\nprint('hello')\n"), "a/hello.py is not UTF-8"),
    "exit code": (program("print('hello')\nexit(3)\n"), "exited with 3, and the page says 0"),
    "other exit code": (program(HELLO, 'returncode="1"'), "exited with 0, and the page says 1"),
    "endless": (program("while True: pass\n", 'timeout="1"'), "did not end in time"),
    "too much": (program("while True: print('x' * 9999)\n"), "printed more than 100,000 bytes"),
    "contradiction": (program("print('hullo')\n"), "+hullo"),
    "unknown option": (program(HELLO, 'colour="red"'), "unknown option 'colour'"),
    "unquoted option": (program(HELLO, "colour=red"), "names no program"),
    "empty transcript": (program(HELLO, transcript=""), "the transcript is empty"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BUILDS)
@pytest.mark.parametrize("case", BROKEN)
def test_a_page_that_its_program_contradicts_is_not_built(site, case, kind):
    break_it, message = BROKEN[case]
    break_it(site)
    done = site.build(kind)
    assert done.returncode != 0
    line = 1 if case == "unquoted option" else 3
    assert f"docs/index.md:{line}: " in done.stdout
    assert message in done.stdout
    assert kind == "zensical" or "Traceback" not in done.stdout
    built = site.root / "site/index.html"
    assert not built.exists() or "snippet-output" not in built.read_text()


@pytest.mark.parametrize("kind", ["mkdocs", "zensical"])
def test_a_run_is_kept_and_an_edited_program_runs_again(site, kind):
    command = BUILDS[kind][:2]  # without --clean, which empties .cache
    site.page("import time\nprint(time.time_ns())\n", fence("$ python hello.py\n..."))

    def built(**environment):
        done = site.build(command, **environment)
        assert done.returncode == 0, done.stdout
        return site.shown(), "1 run, 0 reused" in done.stdout, "0 run, 1 reused" in done.stdout

    first = built()
    assert first[1:] == (True, False)
    assert built() == (first[0], False, True)
    fresh = built(MKDOCS_EXEC_FRESH="1")
    assert fresh[0] != first[0] and fresh[1]
    assert built() == (fresh[0], False, True)
    site.write("snippets/a/hello.py", "import time\n\nprint(time.time_ns())\n")
    edited = built()
    assert edited[0] != fresh[0] and edited[1]
    assert "import time\n\n" in re.sub("<[^>]*>", "", site.html())


def test_results_outlast_the_cleaning_of_the_folder_that_they_are_kept_in(site):
    site.name_programs(*(f"quick{number}" for number in range(8)))
    (site.root / ".cache").mkdir()
    for number in range(500):  # to remove them takes a while
        site.write(f".cache/{number}", "")
    assert "8 run, 0 reused" in site.build("zensical").stdout
    site.write("docs/index.md", (site.root / "docs/index.md").read_text() + "\nMore.\n")
    assert "0 run, 8 reused" in site.build(BUILDS["zensical"][:2]).stdout


def test_a_contradicted_run_is_not_kept(site):
    site.page("print('hullo')\n", fence())
    assert site.build().returncode != 0
    assert list((site.root / ".cache/mkdocs_exec").glob("*")) == []


def test_a_build_that_fails_leaves_no_program_running(site):
    slow = f"slow_{os.getpid()}.py"  # the same test may run elsewhere on this machine
    site.write(f"snippets/a/{slow}", "import time\ntime.sleep(600)\n")
    site.page("print('hullo')\n", fence() + "\n\n" + fence(f"$ python {slow}", f'file="a/{slow}"'))
    assert "+hullo" in site.build().stdout
    assert [p for p in psutil.process_iter() if slow in " ".join(_words(p))] == []


@pytest.mark.parametrize("kind", ["mkdocs", "zensical"])
def test_what_may_take_long_is_run_first(site, kind, monkeypatch):
    monkeypatch.setenv("MKDOCS_EXEC_WORKERS", "1")
    log = site.root / "log"
    programs = {
        "quick": ("", ""),
        "sleeps": ("import time; time.sleep(2)\n", ""),
        "patient": ("", 'timeout="60"'),
    }
    fences = []
    for name, (end, options) in programs.items():
        site.write(f"snippets/a/{name}.py", f"open({str(log)!r}, 'a').write('{name} ')\n{end}")
        fences.append(fence(f"$ python {name}.py\n", f'file="a/{name}.py" {options}'))
    site.write("docs/index.md", "\n\n".join(["# Page", *fences, ""]))
    assert site.build(kind).returncode == 0
    assert log.read_text().split() == ["patient", "sleeps", "quick"]
    log.unlink()
    monkeypatch.setenv("MKDOCS_EXEC_FRESH", "1")
    assert site.build("mkdocs").returncode == 0
    assert log.read_text().split()[0] == "sleeps"  # now it is known which one does take long


@pytest.mark.parametrize("kind", ["mkdocs", "zensical"])
@pytest.mark.parametrize("number", ["0", "-1", "many"])
def test_a_wrong_number_of_programs_at_once_is_an_error(site, kind, number, monkeypatch):
    monkeypatch.setenv("MKDOCS_EXEC_WORKERS", number)
    done = site.build(kind)
    assert done.returncode == 1
    assert f"MKDOCS_EXEC_WORKERS='{number}' is no number of programs" in done.stdout
    assert "Traceback" not in done.stdout


def test_one_more_program_starts_when_few_run_or_a_core_is_idle(monkeypatch):
    times, looks = SimpleNamespace(idle=7.0), threading.Semaphore(0)

    def cpu_times():
        looks.release()
        return times

    monkeypatch.setattr(schedule.psutil, "cpu_times", cpu_times)
    monkeypatch.setattr(schedule, "_few", threading.Semaphore(1))
    monkeypatch.setattr(schedule, "_stop", threading.Event())
    with ThreadPoolExecutor(1) as waiting:
        try:
            assert waiting.submit(schedule._room).result(20) is True
            for change, one_of_few in (
                (lambda: setattr(times, "idle", 7.01), False),
                (schedule._few.release, True),
                (schedule._stop.set, False),
            ):
                while looks.acquire(blocking=False):
                    pass
                room = waiting.submit(schedule._room)
                for _ in range(4):  # all cores are busy, however often it looks
                    assert looks.acquire(timeout=20)
                assert not room.done()
                change()
                assert room.result(20) is one_of_few
        finally:  # or a broken one would wait for ever
            schedule._stop.set()
            schedule._few.release()


def test_serving_shows_an_error_on_the_page_and_recovers(site, unused_port):
    site.page("print('hullo')\n", fence())
    server = subprocess.Popen(
        site.command("mkdocs", "serve", "-a", f"127.0.0.1:{unused_port}"),
        cwd=site.root,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def page() -> str:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{unused_port}/") as answer:
                return answer.read().decode()
        except OSError:
            return ""

    try:
        _until(lambda: "+hullo" in page() and "docs/index.md:3" in page())
        site.write("snippets/a/hello.py", HELLO)
        _until(lambda: 'go">hello' in page())
        site.write("snippets/a/hello.py", "print('hallo')\n")
        _until(lambda: "+hallo" in page())
        assert server.poll() is None
    finally:
        server.kill()
        server.wait()


def test_another_python_can_be_named_and_a_wrong_one_is_an_error(site):
    site.page("import sys\nprint(sys.executable)\n", fence("$ python hello.py\npython"))
    assert site.build(MKDOCS_EXEC_PYTHON=shutil.which("python3")).returncode == 0
    wrong = site.build(MKDOCS_EXEC_PYTHON="/no/such/python")
    assert wrong.returncode != 0
    assert "MKDOCS_EXEC_PYTHON='/no/such/python' is not a Python that starts" in wrong.stdout


# --- the pages as tests: sybil ---------------------------------------------------------------


def pytest_on(site: Site) -> str:
    shutil.copy(ROOT / "conftest.py", site.root)
    done = subprocess.run(
        site.command("pytest", "-p", "no:cacheprovider", "docs"),
        cwd=site.root,
        stdout=subprocess.PIPE,
        text=True,
        timeout=120,
    )
    return done.stdout


CHECK = "<!-- invisible-code-block: python\n{}\n-->\n"


def test_checks_see_the_run_and_can_repeat_it(site):
    check = CHECK.format(
        "assert output == outputs[0] == 'hello\\n' and returncode == 0 and 'hello' in source\n"
        "assert run('python -O hello.py').output == 'hello\\n'\n"
        "assert run(changes={'hello': 'bye'}).output == 'bye\\n'\n"
        "assert run(program='print(1)', line='python hello.py | cat').output == '1\\n'\n"
        "assert len(python_version) == 2 and 'spawn' in start_methods"
    )
    site.write("docs/index.md", PAGE + check + '\n```pycon title="x"\n>>> 1 + 1\n2\n```\n')
    assert "3 passed" in pytest_on(site)
    assert site.build("strict").returncode == 0
    assert "assert output" not in site.html()


@pytest.mark.parametrize(
    ("addition", "message"),
    [
        (CHECK.format("assert output == 'bye'"), "AssertionError"),
        (CHECK.format("run(changes={'no such text': ''})"), "has no 'no such text' to replace"),
        ('```pycon title="x"\n>>> 1 + 1\n3\n```\n', "Expected:"),
        ('```python title="x"\nassert False\n```\n', "AssertionError"),
        ("```python3\nassert True\n```\n", "nothing tests a python3 fence"),
        ("```py\nassert True\n```\n", "nothing tests a py fence"),
        (fence("$ python hello.py\nhullo"), "-hullo"),
        (fence(options='file="a/hello.py" colour="red"'), "unknown option 'colour'"),
        (fence(options='file="a/no.py"', transcript="$ python no.py"), "a/no.py does not exist"),
    ],
)
def test_a_page_that_is_wrong_fails(site, addition, message):
    site.write("docs/index.md", f"{PAGE}\n{addition}\n")
    output = pytest_on(site)
    assert message in output and ("1 failed" in output or "1 error" in output)


# --- helpers ---------------------------------------------------------------------------------


@pytest.fixture
def unused_port():
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _until(condition, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def _words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []

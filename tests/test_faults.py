"""Programs, files and machines that misbehave: bounded, told, and nothing left over or damaged."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from test_mkdocs_exec import BUILDS, HELLO, Site, _until, fence, run

from mkdocs_exec import leftovers, runner, store

pytestmark = pytest.mark.skipif(os.name != "posix", reason="forks and sends signals")
linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc or mounts a tmpfs")
KINDS = ["mkdocs", "zensical"]
PATIENT = 'timeout="120"'  # for programs that end before, however busy the machine is

# A generator stops at the first page that is wrong. These render all, as it would.
RENDERERS = {
    "mkdocs": """
import json
from mkdocs.config import load_config
from mkdocs.structure.files import get_files
from mkdocs.structure.pages import Page
config = load_config()
files, shown = get_files(config), {}
for file in files.documentation_pages():
    page = Page(None, file, config)
    page.read_source(config)
    try:
        page.render(config, files)
        shown[file.src_uri] = page.content
    except Exception as error:
        shown[file.src_uri] = f"{type(error).__name__}: {error}"
print(json.dumps(shown))
""",
    "zensical": """
import json
from pathlib import Path
from zensical.config import parse_config
from zensical.markdown.render import render
parse_config("mkdocs.yml")
shown = {}
for path in Path("docs").glob("*.md"):
    try:
        shown[path.name] = render(path.read_text(), path.name, path.stem + "/")["content"]
    except Exception as error:
        shown[path.name] = f"{type(error).__name__}: {error}"
print(json.dumps(shown))
""",
}


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A site whose programs run below its own folder, and which must be clean at the end."""
    site = Site(tmp_path)
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    before = psutil.pids()
    yield site
    # the guard of a build ends a moment after it
    _until(lambda: leftovers.found(tmp_path, 0, before) == [])
    assert list((tmp_path / "tmp").iterdir()) == []


def tree(site: Site) -> dict[str, tuple]:
    """Return what lies in docs/ and snippets/, with rights and contents."""
    found = {}
    for folder in ("docs", "snippets"):
        for path in sorted((site.root / folder).rglob("*")):
            text = path.read_bytes() if path.is_file() else b""
            found[str(path)] = path.lstat().st_mode, hashlib.sha256(text).hexdigest()
    return found


def render(site: Site, kind: str) -> tuple[dict[str, str], str]:
    """Return the HTML or the error of every page, by its name, and what was logged."""
    done = subprocess.run(
        [sys.executable, "-c", RENDERERS[kind]],
        cwd=site.root,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), done.stderr


ORPHAN = """
import os, signal, subprocess, sys, time
if os.fork() == 0:
    {escape}
    time.sleep(600)
print("over")
"""
WORKS = {
    "orphan": (ORPHAN.format(escape="pass"), "over\n"),
    "new_session": (ORPHAN.format(escape="os.setsid()"), "over\n"),
    "daemon": (
        ORPHAN.format(escape="os.setsid(); os.chdir('/')\n    if os.fork(): os._exit(0)"),
        "over\n",
    ),
    "silent_daemon": (ORPHAN.format(escape="os.close(1); os.close(2); os.setsid()"), "over\n"),
    "deaf_orphan": (
        ORPHAN.format(escape="[signal.signal(n, signal.SIG_IGN) for n in (1, 2, 15)]"),
        "over\n",
    ),
    "busy_stranger": (
        ORPHAN.format(
            escape="os.setsid()\n"
            "    os.execve(sys.executable, [sys.executable, '-c', 'while True: pass'], {})"
        ),
        "over\n",
    ),
    "no_newline": ("print('x' * 5000, end='\\r')", "x" * 5000 + "␍"),
    "odd_bytes": (
        r"import sys; sys.stdout.buffer.write(b'\0\x1b[31mred\x1b[0m \xff\xfe \xe7\x95\x8c\n')",
        "␀␛[31mred␛[0m \\xff\\xfe 界\n",
    ),
    "html": (
        "print('</code><script>alert(1)</script>')",
        "</code><script>alert(1)</script>\n",
    ),
    "backticks": ("print('```', '`' * 10, '~~~', sep='\\n')", "```\n``````````\n~~~\n"),
    "reads_input": ("import sys; print(repr(sys.stdin.read()))", "''\n"),
    "deletes_itself": (
        "import os, shutil; os.remove(__file__); shutil.rmtree(os.getcwd()); print('gone')",
        "gone\n",
    ),
    "takes_rights": (
        "import os; os.makedirs('a/b'); os.chmod('a', 0); os.chmod('.', 0); print('shut')",
        "shut\n",
    ),
    "writes_outside": ("open('../outside', 'w').write('x'); print('written')", "written\n"),
    "empty": ("", ""),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_program_does_is_shown_and_leaves_nothing(site, kind):
    texts = []
    for name, (program, printed) in WORKS.items():
        site.write(f"snippets/a/{name}.py", program)
        texts.append(f"$ python {name}.py\n{printed}")
    fences = [fence(f"$ python {name}.py\n...", f'file="a/{name}.py" {PATIENT}') for name in WORKS]
    site.write("docs/index.md", "# Page\n\n" + "\n\n".join(fences) + "\n")
    before = tree(site)
    command = BUILDS[kind][:2]  # without --clean, which empties .cache
    first = site.build(command)
    assert first.returncode == 0, first.stdout
    assert site.shown() == "\n".join(texts)
    assert "<script>alert" not in site.html()
    assert f"{len(WORKS)} run, 0 reused" in first.stdout
    again = site.build(command)
    assert f"0 run, {len(WORKS)} reused" in again.stdout and site.shown() == "\n".join(texts)
    assert tree(site) == before


# stops by itself, at a number that any machine reaches, however busy
FORKS = """
import os, time
for _ in range(150):
    if os.fork() == 0:
        {escape}
        break
time.sleep(100)
"""
BREAKS = {
    "endless": ("while True: pass", 'timeout="2"', "did not end in time"),
    "deaf": (
        "import signal, time\nfor n in (1, 2, 15): signal.signal(n, signal.SIG_IGN)\n"
        "while True: time.sleep(60)",
        'timeout="2"',
        "did not end in time; mend it, or give the fence a timeout",
    ),
    "stopped": ("import os; os.kill(os.getpid(), 19)", 'timeout="2"', "did not end in time"),
    "forks": (FORKS.format(escape="pass"), "", "more than 100 processes at once; let it start"),
    "forks_away": (FORKS.format(escape="os.setsid()"), "", "more than 100 processes at once"),
    "50_mb": ("print('x\\n' * 25_000_000)", "", "more than 100,000 bytes and was ended; let it"),
    "long_line": ("print('x' * 1_000_000)", "", "more than 100,000 bytes"),
    "fills_folder": (
        "import time; open('f', 'w').truncate(10**9); time.sleep(200)",
        "",
        "more than 300,000,000 bytes to files; let it write less",
    ),
    "exits": ("exit(3)", "", 'exited with 3, and the page says 0 (mend the program, or declare'),
    "ended": ("import os; os.kill(os.getpid(), 15)", "", "exited with -15"),
    "segfault": ("import ctypes; ctypes.string_at(0)", "", "exited with -11"),
    "crlf": (b"print()\r\n", "", "byte order mark or carriage returns; save it as plain UTF-8"),
    "bom": (b"\xef\xbb\xbfprint()\n", "", "byte order mark or carriage returns"),
    "5_mb": ("#" * 5_000_000, "", "has more than 100,000 bytes; make it shorter"),
    "huge": (lambda path: path.touch() or os.truncate(path, 10**12), "", "more than 100,000 bytes"),
    "outward": (lambda path: path.symlink_to("/etc/hostname"), "", "lies outside snippets/"),
    "circle": (lambda path: path.symlink_to(path), "", "a/circle.py"),
    "fifo": (os.mkfifo, "", "is not a file; write it, or mend file="),
    "folder": (Path.mkdir, "", "is not a file"),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_program_may_not_do_is_told_and_leaves_nothing(site, kind):
    for name, (program, options, _) in BREAKS.items():
        path = site.root / f"snippets/a/{name}.py"
        if callable(program):
            program(path)
        else:
            path.write_bytes(program.encode() if isinstance(program, str) else program)
        options = options or PATIENT
        shown = fence(f"$ python {name}.py\n...", f'file="a/{name}.py" {options}')
        site.write(f"docs/{name}.md", f"# Page\n\n{shown}\n")
    shown, log = render(site, kind)
    for name, (_, _, mend) in BREAKS.items():
        assert shown[f"{name}.md"].startswith(f"PageError: docs/{name}.md:3: "), shown[f"{name}.md"]
        assert f"snippets/a/{name}.py" in shown[f"{name}.md"]
        assert mend in shown[f"{name}.md"]
    assert 'go">hello' in shown["index.md"]
    assert "Programs: 12 run, 0 reused, 11 failed" in log
    for name in BREAKS:
        (site.root / f"docs/{name}.md").unlink()
    shown, log = render(site, kind)
    assert 'go">hello' in shown["index.md"] and "0 run, 1 reused" in log


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_build_stops_at_a_fifo(site, kind):
    os.mkfifo(site.root / "snippets/a/fifo.py")
    site.page(HELLO, fence("$ python fifo.py\n", 'file="a/fifo.py"'))
    done = site.build(kind)
    assert done.returncode != 0 and "docs/index.md:3: snippets/a/fifo.py is not" in done.stdout


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_ended_build_takes_its_programs_along_and_the_next_one_goes_on(site, kind, number):
    site.write("snippets/a/slow.py", "import time\nprint('begun', flush=True)\ntime.sleep(600)\n")
    slow = fence("$ python slow.py\nbegun", 'file="a/slow.py" timeout="600"')
    site.page(HELLO, fence() + "\n\n" + slow)
    before, command = tree(site), BUILDS[kind][:2]
    build = subprocess.Popen(
        site.command(*command),
        cwd=site.root,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # the shell of a background job lets its children ignore it
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    kept = site.root / ".cache/mkdocs_exec"
    try:
        _until(lambda: list((site.root / "tmp").glob("**/slow.py")) and list(kept.glob("*.json")))
        build.send_signal(number)
        assert build.wait(60) != 0
    finally:
        build.kill()
    _until(lambda: list((site.root / "tmp").iterdir()) == [])
    assert tree(site) == before
    site.write("snippets/a/slow.py", "print('begun')\n")
    done = site.build(command)
    assert done.returncode == 0 and "1 run, 1 reused" in done.stdout
    assert site.shown() == "$ python hello.py\nhello\n\n$ python slow.py\nbegun\n"


def test_two_builds_at_once_share_a_store(site):
    names = [f"n{number}" for number in range(8)]
    site.name_programs(*names)
    builds = [
        subprocess.Popen(
            site.command("mkdocs", "build", "--site-dir", folder),
            cwd=site.root,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for folder in ("one", "two")
    ]
    assert [build.wait(120) for build in builds] == [0, 0]
    one, two = ((site.root / folder / "index.html").read_text() for folder in ("one", "two"))
    for name in names:
        assert f'go">{name}' in one and f'go">{name}' in two
    assert "0 run, 8 reused" in site.build().stdout
    assert list((site.root / ".cache/mkdocs_exec").glob("*.new")) == []


@pytest.fixture
def mount():
    """Return what mounts a small tmpfs; where that is not allowed, the test is skipped."""
    mounted = []

    def mount(folder: Path, *options: str) -> None:
        words = ["mount", "-t", "tmpfs", "-o", ",".join(options), "none", str(folder)]
        if "remount" not in options:
            folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(words, capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"no tmpfs may be mounted here: {done.stderr.strip()}")
        if "remount" not in options:
            mounted.append(folder)

    yield mount
    for folder in mounted:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@linux
@pytest.mark.parametrize("kind", KINDS)
def test_a_store_that_is_full_or_read_only_is_no_error(site, kind, mount):
    command, kept = BUILDS[kind][:2], site.root / ".cache/mkdocs_exec"
    mount(kept, "size=4k")
    (kept / "full").write_bytes(b"x" * 4096)
    done = site.build(command)
    assert done.returncode == 0 and "1 run, 0 reused" in done.stdout
    assert [path.name for path in kept.iterdir()] == ["full"]
    mount(kept, "remount", "size=1m")
    assert "1 run, 0 reused" in site.build(command).stdout
    mount(kept, "remount", "ro")
    done = site.build(command)
    assert done.returncode == 0
    assert "0 run, 1 reused" in done.stdout


def test_a_file_in_place_of_the_store_is_no_error(site):
    (site.root / ".cache").mkdir()
    site.write(".cache/mkdocs_exec", "")
    done = site.build()
    assert done.returncode == 0 and "1 run, 0 reused" in done.stdout


@linux
@pytest.mark.parametrize("kind", KINDS)
def test_a_full_disk_is_told(site, kind, mount):
    mount(site.root / "small", "size=16k")
    site.page("#" * 50_000 + "\n" + HELLO, fence())
    done = site.build(kind, TMPDIR=str(site.root / "small"))
    assert done.returncode != 0
    assert "docs/index.md:3: snippets/a/hello.py: `$ python hello.py` cannot be run" in done.stdout
    assert "No space left on device" in done.stdout and "mend that, build again" in done.stdout


@linux
def test_a_clock_that_jumps_changes_nothing(monkeypatch, tmp_path):
    # no test may set the clock of a machine: here only what asks for it sees it jump
    jumps = iter(range(0, 10**9, 10**5))
    monkeypatch.setattr(time, "time", lambda: 2e9 * (next(jumps) % 2) + next(jumps))
    monkeypatch.setattr(time, "time_ns", lambda: int(time.time() * 1e9))
    done = run(ORPHAN.format(escape="os.setsid()"))
    assert done.output == "over\n" and 0 < done.times[0] <= done.seconds < 600
    monkeypatch.setattr(store, "FOLDER", tmp_path)
    for year in (0, 4e9):  # 1970 and 2096: when another clock kept it
        store.save("k", 1)
        os.utime(tmp_path / "k.json", (year, year))
        assert store.load("k") == 1
        store.trim()
        assert store.load("k") == 1


def test_a_flood_after_the_end_of_its_program_is_not_cut_in_silence(monkeypatch):
    monkeypatch.setattr(runner, "GRACE", 60)  # or a busy machine ends it before it prints enough
    flood = "    time.sleep(0.3)\n    while True: print('x' * 9999)"
    with pytest.raises(runner.RunError, match="more than 100,000 bytes"):
        run(f"import os, time\nif os.fork() == 0:\n{flood}\n")


@linux
def test_a_process_that_hides_but_holds_the_terminal_is_ended():
    before = psutil.pids()
    long = f"6{os.getpid()}"  # seconds; the same test may run elsewhere on this machine
    hide = f"subprocess.Popen(['sleep', '{long}'], env={{}}, cwd='/', start_new_session=True)"
    assert run(f"import subprocess\n{hide}\nprint('over')").output == "over\n"
    left = set(psutil.pids()).difference(before)
    assert [p for p in left if _line(p) == ["sleep", long]] == []


def test_a_program_whose_reader_cannot_be_started_is_ended(monkeypatch):
    start = subprocess.Popen

    def start_all_but_cat(words, **options):
        if words == ["cat"]:
            # not earlier, or it ends by itself because its file is gone
            _until(lambda: list(runner._folder().glob("**/begun")))
            raise FileNotFoundError("cat")
        return start(words, **options)

    monkeypatch.setattr(subprocess, "Popen", start_all_but_cat)
    with pytest.raises(FileNotFoundError, match="cat"):
        run("import time; open('begun', 'w'); time.sleep(600)", "python x.py | cat")
    assert leftovers.found(runner._folder(), 0, ()) == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid(), reason="only root becomes another")
def test_a_folder_without_rights_is_removed_by_a_user_who_is_not_root(tmp_path):
    place, elsewhere = tmp_path / "place", tmp_path / "elsewhere"
    (place / "a/b").mkdir(parents=True)
    elsewhere.mkdir(mode=0o755)
    (place / "a/b/link").symlink_to("../../../elsewhere")
    (place / "a/b/file").write_text("")
    for path in (place / "a/b", place / "a", place):
        os.chown(path, 65534, 65534)
        path.chmod(0)
    os.chown(elsewhere, 65534, 65534)
    tmp_path.chmod(0o777)
    code = (
        "import os, sys; sys.path[:0] = [sys.argv[1]]; from pathlib import Path\n"
        "from mkdocs_exec import leftovers\n"
        "os.chdir(sys.argv[2]); os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "leftovers.remove(Path('place'))"
    )
    root = Path(leftovers.__file__).parent.parent
    subprocess.run([sys.executable, "-c", code, root, tmp_path], check=True)
    assert not place.exists()
    assert elsewhere.stat().st_mode & 0o777 == 0o755


def _line(pid: int) -> list[str]:
    try:
        return psutil.Process(pid).cmdline()
    except psutil.Error:
        return []

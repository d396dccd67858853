"""Compare builds of generated sites, of ours and of its peers: `make bench`.

Every figure is a ratio to the floor: the same pages with the same outputs as plain text. Builds are
measured in turns (A B A B) in one run, and medians are printed. The peers are installed for the
measurement only, into .cache/bench.
"""

import argparse
import os
import platform
import re
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import venv
from collections import defaultdict
from contextlib import suppress
from datetime import date
from importlib.metadata import version
from pathlib import Path

import psutil

from mkdocs_exec import bundle, interpreter, schedule

ROOT = Path(__file__).parent.parent
CONFIG = (ROOT / "mkdocs.yml").read_text("utf-8")
RESULTS = ROOT / "docs/how_it_is_built.md"
ENVIRONMENT = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
PEER_PYTHON = ROOT / ".cache/bench/bin/python"
PEERS = ["markdown-exec==1.12.6", "sphinx==9.0.4", "sphinx-gallery==0.22.1", "myst-nb==1.4.0"]
FENCES = 5  # on a page

LOCKED = '''"""Two processes that wait for one lock: number {n}."""

import time
from multiprocessing import Lock, Process


def work(lock):
    with lock:
        time.sleep(0.1)


if __name__ == "__main__":
    lock = Lock()
    processes = [Process(target=work, args=(lock,)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    print("done {n}")
'''
PRINTS = '''"""A program that prints: number {n}."""

if __name__ == "__main__":
    for number in range(10):
        print(number, "of {n}")
'''
WAITS = '''"""A program that waits: number {n}."""

import time

if __name__ == "__main__":
    print("begun {n}", flush=True)
    time.sleep(1)
    print("done {n}")
'''
# of ten programs six wait for a lock, 0.2 s in all, three print, and one waits for a second
KINDS = (PRINTS, LOCKED, LOCKED, PRINTS, LOCKED, LOCKED, WAITS, LOCKED, PRINTS, LOCKED)


class Site:
    """A generated site as this project builds it; other ways to build it are derived from it."""

    python = Path(sys.executable)
    words = ("mkdocs", "build", "-q")
    plugins = ""
    kept = (".cache",)  # what makes the next build a warm one

    def __init__(self, folder: Path, size: int) -> None:
        """Write a site of `size` programs into a new folder."""
        self.folder, self.pages, self.programs = folder, folder / "docs", folder / "snippets"
        self.pages.mkdir(parents=True)
        self.programs.mkdir()
        for number in range(size):
            text = KINDS[number % len(KINDS)].replace("{n}", str(number))
            (self.programs / f"p{number}.py").write_text(text)
        for first in range(0, size, FENCES):
            fences = [self.fence(f"p{n}.py") for n in range(first, min(size, first + FENCES))]
            name = f"page_{first}" if first else "index"
            self.write(name, f"# {name}\n\n" + "\n\nWhat to notice.\n\n".join(fences) + "\n")
        self.configure()

    def fence(self, name: str) -> str:
        """Return what stands on the page for a program."""
        return f'```snippet file="{name}"\n$ python {name}\n...\n```'

    def write(self, name: str, text: str) -> None:
        """Write a page."""
        (self.pages / f"{name}.md").write_text(text)

    def configure(self) -> None:
        """Write the configuration."""
        extensions = CONFIG.partition("markdown_extensions:")[2]
        (self.folder / "mkdocs.yml").write_text(
            "site_name: Bench\ntheme: {name: material, font: false}\nwatch: [snippets]\n"
            f"plugins: [search{self.plugins}]\nmarkdown_extensions:{extensions}"
        )

    def edit(self) -> str:
        """Change the first program; return a mark that its page has after the next build."""
        mark = f"mark_{time.monotonic_ns()}"
        text = (self.programs / "p0.py").read_text().partition("# mark")[0]
        (self.programs / "p0.py").write_text(f"{text}# {mark}\n")
        return mark

    def forget(self) -> None:
        """Make the next build a cold one."""
        for name in self.kept:
            shutil.rmtree(self.folder / name, ignore_errors=True)

    def build(self) -> float:
        """Build once; return how many seconds it took."""
        started = time.perf_counter()
        done = subprocess.run(
            [self.python, "-m", *self.words], cwd=self.folder, env=ENVIRONMENT, capture_output=True
        )
        if done.returncode:
            raise SystemExit(f"{type(self).__name__}:\n{(done.stdout + done.stderr).decode()}")
        return time.perf_counter() - started


class Floor(Site):
    """The same pages without execution."""

    def fence(self, name: str) -> str:
        text = (self.programs / name).read_text()
        output = subprocess.run(
            [self.python, name], cwd=self.programs, capture_output=True, text=True
        ).stdout
        shown = f'```python title="snippets/{name}"\n{text}```'
        return f"{shown}\n\n```console\n$ python {name}\n{output}```"

    def edit(self) -> str:
        mark, page = super().edit(), self.pages / "index.md"
        text = re.sub(r"# mark_\d+\n", "", page.read_text())
        page.write_text(text.replace('p0.py"\n', f'p0.py"\n# {mark}\n'))
        return mark


class MarkdownExec(Floor):
    """markdown-exec, with the commands in fences that it executes."""

    python, plugins = PEER_PYTHON, ", markdown-exec"

    def fence(self, name: str) -> str:
        shown = super().fence(name).partition("\n\n```console")[0]
        return (
            f'{shown}\n\n```bash exec="on" result="console"\n{sys.executable} snippets/{name}\n```'
        )


class SphinxGallery(Site):
    """Sphinx-Gallery, which executes each program inside the build and skips by its md5."""

    python, words = PEER_PYTHON, ("sphinx", "-q", "-b", "html", "docs", "site")
    kept = ("site", "docs/auto_examples")

    def configure(self) -> None:
        for page in self.pages.iterdir():
            page.unlink()
        (self.programs / "GALLERY_HEADER.rst").write_text("Programs\n========\n")
        (self.pages / "index.rst").write_text(
            "Bench\n=====\n\n.. toctree::\n\n   auto_examples/index\n"
        )
        (self.pages / "conf.py").write_text(
            "extensions = ['sphinx_gallery.gen_gallery']\nsphinx_gallery_conf = {"
            "'examples_dirs': '../snippets', 'gallery_dirs': 'auto_examples',"
            "'filename_pattern': 'p', 'image_scrapers': (), 'reset_modules': ()}\n"
        )


class MystNb(Site):
    """MyST-NB with its cache, which executes each page in a kernel."""

    python, words = PEER_PYTHON, ("sphinx", "-q", "-b", "html", "docs", "site")
    kept = ("site", "cache")

    def fence(self, name: str) -> str:
        return f"```{{code-cell}}\n!{sys.executable} {self.programs / name}\n```"

    def write(self, name: str, text: str) -> None:
        links = "\n```{toctree}\n:glob:\npage_*\n```\n" if name == "index" else ""
        head = "---\nfile_format: mystnb\nkernelspec: {name: python3}\n---\n\n"
        super().write(name, f"{head}{text}{links}")

    def configure(self) -> None:
        (self.pages / "conf.py").write_text(
            "extensions = ['myst_nb']\nnb_execution_mode = 'cache'\n"
            f"nb_execution_cache_path = {str(self.folder / 'cache')!r}\n"
        )

    def edit(self) -> str:
        mark, page = super().edit(), self.pages / "index.md"
        text = re.sub(r"# mark_\d+\n", "", page.read_text())
        page.write_text(text.replace("code-cell}\n", f"code-cell}}\n# {mark}\n", 1))
        return mark


class RealSite(Site):
    """The pages of this project."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.pages = folder, folder / "docs"
        for name in ("docs", "snippets"):
            shutil.copytree(ROOT / name, folder / name, symlinks=True)
        (folder / "mkdocs.yml").write_text(CONFIG)
        for page in self.pages.glob("*.md"):
            page.write_text(self.page(page.read_text("utf-8")), "utf-8")

    def page(self, text: str) -> str:
        """Return the text of a page."""
        return text


class RealFloor(RealSite):
    """The pages of this project without execution."""

    def page(self, text: str) -> str:
        return bundle.markdown(text)


def main() -> int:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="*", default=[10, 30, 100], help="programs")
    parser.add_argument("--rounds", type=int, default=5, help="of which medians are printed")
    parser.add_argument("--peers-up-to", type=int, default=30, help="programs that peers get")
    parser.add_argument("--write", action="store_true", help=f"put the tables into {RESULTS.name}")
    options = parser.parse_args()
    if min(options.sizes, default=options.peers_up_to + 1) <= options.peers_up_to:
        install_peers()
    tables = [about()]
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        tables.append(real_site(Path(folder, "real"), options.rounds))
        for size in options.sizes:
            peers = size <= options.peers_up_to
            tables.append(generated(Path(folder, str(size)), size, options.rounds, peers))
    text = "\n\n".join(tables)
    print(text)
    if options.write:
        between = re.compile(r"(<!-- make bench -->\n).*(\n<!-- end -->)", re.DOTALL)
        page = RESULTS.read_text("utf-8")
        RESULTS.write_text(between.sub(lambda match: f"{match[1]}{text}{match[2]}", page), "utf-8")
    return 0


def install_peers() -> None:
    """Install the peers, once; raises CalledProcessError if that is not possible."""
    if not PEER_PYTHON.exists():
        venv.create(PEER_PYTHON.parent.parent, with_pip=True)
    theme = f"mkdocs-material=={version('mkdocs-material')}"
    quiet = ("-q", "--disable-pip-version-check")
    words = [PEER_PYTHON, "-m", "pip", "install", *quiet, theme, "-e", ROOT, *PEERS]
    subprocess.run(words, check=True, stderr=subprocess.DEVNULL)


def about() -> str:
    """Return what was measured with, and when."""
    python = interpreter.chosen()
    versions = ", ".join(f"{name} {version(name)}" for name in ("mkdocs", "mkdocs-material"))
    return (
        f"Measured on {date.today():%d %B %Y}, {python.cores} cores, {platform.system()}, "
        f"Python {platform.python_version()}, {versions}, {', '.join(PEERS).replace('==', ' ')}, "
        f"{schedule.FEW} programs at once, and up to {schedule.WORKERS} while a core is idle."
    )


def in_turns(sites: dict[str, Site], rounds: int) -> dict[str, dict[str, float]]:
    """Build every site cold, warm and with one program changed; return medians in seconds."""
    seconds = defaultdict(lambda: defaultdict(list))
    for _ in range(rounds):
        for what in ("cold", "warm", "one changed"):
            for name, site in sites.items():
                if what == "cold":
                    site.forget()
                if what == "one changed":
                    site.edit()
                seconds[name][what].append(site.build())
    return {
        name: {what: statistics.median(took) for what, took in each.items()}
        for name, each in seconds.items()
    }


def real_site(folder: Path, rounds: int) -> str:
    """Return the table of this project's own pages."""
    sites = {"floor": RealFloor(folder / "floor"), "this project": RealSite(folder / "ours")}
    seconds, cpu = defaultdict(list), defaultdict(list)
    for _ in range(rounds):
        sites["this project"].forget()
        for what in ("floor", "cold", "floor", "warm"):
            site = what if what == "floor" else "this project"
            before = processor_time()
            seconds[what].append(sites[site].build())
            cpu[what].append(processor_time() - before)
    floor, cold, warm = (statistics.median(seconds[w]) for w in ("floor", "cold", "warm"))
    programs = statistics.median(cpu["cold"]) - statistics.median(cpu["floor"])
    share = programs / interpreter.chosen().cores
    runs = sum(page.read_text("utf-8").count("\n$ python ") for page in Path("docs").glob("*.md"))
    return (
        f"This site, {runs} runs: cold {cold / floor:.2f} times the same pages without execution "
        f"({floor:.2f} s), warm {warm / floor:.2f} times. Its programs, most of it the start of "
        f"Python and the import of `multiprocessing`, cost {programs:.1f} s of processor time, "
        f"which is {share / floor:.2f} times the floor on all cores together."
    )


def generated(folder: Path, size: int, rounds: int, peers: bool) -> str:
    """Return the table of a generated site of `size` programs."""
    floor, ours = Floor(folder / "floor", size), Site(folder / "ours", size)
    sites: dict[str, Site] = {"floor": floor, "this project": ours}
    if peers:
        sites["markdown-exec"] = MarkdownExec(folder / "markdown-exec", size)
        sites["Sphinx-Gallery"] = SphinxGallery(folder / "sphinx-gallery", size)
        sites["MyST-NB"] = MystNb(folder / "myst-nb", size)
    longest, cpu = cost_of_programs(ours)
    medians = in_turns(sites, rounds)
    base = statistics.median(medians["floor"].values())
    limit = max(longest, cpu / interpreter.chosen().cores + base)
    rows = [
        f"| {name} | " + " | ".join(f"{took / base:.2f}" for took in each.values()) + " |"
        for name, each in medians.items()
    ]
    largest, whole = memory(ours)
    floor_largest, _ = memory(floor)
    run, save, save_floor = cost_of_program(ours), save_to_page(ours), save_to_page(floor)
    return "\n".join(
        [
            f"| {size} programs | cold | warm | one changed |",
            "| --- | --- | --- | --- |",
            *rows,
            "",
            f"The floor takes {base:.2f} s. No cold build can take less than {limit / base:.2f} "
            f"times as long: the programs cost {cpu:.2f} s of processor time, and the longest "
            f"takes {longest:.2f} s. From saving a program to its new output in `mkdocs serve`: "
            f"{save:.2f} s, of which it runs {run:.2f} s; without execution {save_floor:.2f} s. "
            f"Memory of a cold build: its largest process {largest / floor_largest:.2f} times "
            f"that of the floor, all processes together {whole / 2**20:.0f} MiB.",
        ]
    )


def cost_of_programs(site: Site) -> tuple[float, float]:
    """Run all programs one by one; return the longest and the sum of processor time, seconds."""
    before, longest = processor_time(), 0.0
    for program in sorted(site.programs.glob("*.py")):
        longest = max(longest, _seconds(program))
    return longest, processor_time() - before


def processor_time() -> float:
    """Return what all ended processes have used that were started from here, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def cost_of_program(site: Site) -> float:
    """Return how long the program that is edited takes, in seconds."""
    return statistics.median(_seconds(site.programs / "p0.py") for _ in range(5))


def _seconds(program: Path) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, program], stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


def memory(site: Site) -> tuple[int, int]:
    """Build cold; return the most bytes of its own process, and of all processes together.

    Pages that processes share are counted once (PSS).
    """
    site.forget()
    build = psutil.Popen(
        [site.python, "-m", *site.words],
        cwd=site.folder,
        env=ENVIRONMENT,
        stderr=subprocess.DEVNULL,
    )
    largest = whole = 0
    while build.poll() is None:
        together = 0
        for process in (build, *build.children(recursive=True)):
            with suppress(psutil.Error):
                used = process.memory_full_info()
                largest = max(largest, used.rss)
                together += getattr(used, "pss", used.rss)
        whole = max(whole, together)
        time.sleep(0.02)
    return largest, whole


def save_to_page(site: Site) -> float:
    """Return how long `mkdocs serve` takes from a saved program to its page, in seconds."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [site.python, "-m", "mkdocs", "serve", "-q", "-a", f"127.0.0.1:{port}"]
    server = subprocess.Popen(words, cwd=site.folder, env=ENVIRONMENT, stderr=subprocess.DEVNULL)
    try:
        _wait_for("<title>", port)
        took = []
        for _ in range(5):
            time.sleep(1)
            mark, started = site.edit(), time.perf_counter()
            _wait_for(mark, port)
            took.append(time.perf_counter() - started)
        return statistics.median(took)
    finally:
        server.terminate()
        server.wait()


def _wait_for(text: str, port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/") as answer:
            if text in answer.read().decode():
                return
        time.sleep(0.01)
    raise SystemExit(f"mkdocs serve does not show {text!r}")


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())

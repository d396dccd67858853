"""What readers take along: `python -m mkdocs_exec.bundle site` adds it to a site that is built.

`programs.zip`, each page as Markdown with its real outputs, `llms.txt`, and `offline.zip`, the site
as it opens from a folder. The site may come from either generator: pages, programs and the results
of their runs are read, nothing is run that the build has not run.
"""

import re
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from click import ClickException
from mkdocs.commands import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.utils import meta

from mkdocs_exec import schedule, session
from mkdocs_exec.session import Block, SnippetError

FOLDER = "python-processes-by-example"  # what offline.zip unpacks to
SHIM = "assets/iframe-worker.js"  # a browser starts no worker from file://, and search is one
# of no use without a server: the first has absolute links, the others have nothing to say
SERVED = ("404.html", "sitemap.xml", "sitemap.xml.gz")
CHECK = re.compile(r"^[ \t]*<!--.*?-->[ \t]*\n\n?", re.DOTALL | re.MULTILINE)


def bundle(site: Path) -> None:
    """Add all of it to a built site; raises ClickException that names the mend."""
    if not (site / "index.html").is_file():
        raise ClickException(f"there is no site in {site}/; run `mkdocs build --strict` first")
    config = _config(site)
    programs = sorted(schedule.PROGRAMS.rglob("*.py"))
    pack(site / "programs.zip", [(path, path.as_posix()) for path in programs])
    for _, page in pages(config.nav):
        source = (schedule.PAGES / page).read_text("utf-8")
        try:
            text = markdown(source)
        except SnippetError as error:
            raise ClickException(f"{(schedule.PAGES / page).as_posix()}: {error}") from None
        (site / page).parent.mkdir(parents=True, exist_ok=True)
        (site / page).write_text(text, "utf-8", newline="\n")
    (site / "llms.txt").write_text(contents(config), "utf-8", newline="\n")
    _pack_offline(site)


def markdown(source: str) -> str:
    """Return a page with its programs and what they printed, without its checks.

    Raises SnippetError like `schedule.outcome`.
    """
    text, _ = meta.get_data(source)
    parts, place = [], 0
    for block in session.blocks(text):
        parts.append(CHECK.sub("", text[place : block.start]))
        whole = text[block.start : block.end]
        parts.append(_shown(block, whole) if block.language == "snippet" else whole)
        place = block.end
    return "".join([*parts, CHECK.sub("", text[place:])]).strip() + "\n"


def contents(config: MkDocsConfig) -> str:
    """Return the list of all pages in the form of llmstxt.org."""
    links = [
        f"- [{title}]({page}): {_description(schedule.PAGES / page)}\n"
        for title, page in pages(config.nav)
    ]
    return (
        f"# {config.site_name}\n\n> {config.site_description}\n\n"
        "Each page is Markdown, with its programs and what they printed when it was built.\n\n"
        f"## Pages\n\n{''.join(links)}\n"
        "## Optional\n\n- [All programs](programs.zip): the files that the pages show\n"
    )


def pages(nav: list) -> Iterator[tuple[str, str]]:
    """Yield title and file of each page in the navigation, sections opened."""
    for entry in nav:
        for title, page in entry.items():
            if isinstance(page, list):
                yield from pages(page)
            elif page.endswith(".md"):
                yield title, page


def pack(target: Path, files: list[tuple[Path, str]]) -> None:
    """Write a zip of files under the names given; the same files give the same bytes."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, name in files:
            entry = zipfile.ZipInfo(name)  # of 1980-01-01
            entry.create_system, entry.external_attr = 3, 0o644 << 16  # or Windows differs
            archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)


def _shown(block: Block, whole: str) -> str:
    """Return a snippet fence as the two fences that a reader sees, indented as it was."""
    wanted = session.of(block)
    outcome = schedule.outcome(wanted)
    path = (schedule.PROGRAMS / wanted.file).as_posix()
    printed = "".join(
        f"$ {command.line}\n{result.output.removesuffix(chr(10))}\n"
        for command, result in zip(wanted.commands, outcome.results, strict=True)
    )
    program = _fence(f'python title="{path}"', outcome.program)
    indent = whole[: len(whole) - len(whole.lstrip(" \t>"))]
    return "\n".join(
        indent + line if line else indent.rstrip()
        for line in f"{program}\n\n{_fence('console', printed)}".split("\n")
    )


def _fence(info: str, text: str) -> str:
    longest = max(map(len, re.findall("`{3,}", text)), default=2)
    return f"{'`' * (longest + 1)}{info}\n{text}{'`' * (longest + 1)}"


def _description(page: Path) -> str:
    return meta.get_data(page.read_text("utf-8"))[1].get("description", "")


def _config(site: Path) -> MkDocsConfig:
    return load_config("mkdocs.yml", site_dir=str(site), strict=True)


def _pack_offline(site: Path) -> None:
    """Build the site once more, from the results at hand, as it works without a server."""
    with tempfile.TemporaryDirectory() as folder:
        config = _config(Path(folder))
        config.site_url = None  # or each page names an address that it is not at
        config.plugins["material/offline"].config.enabled = True
        config.extra["polyfills"] = [SHIM]
        # from a folder it ends the theme's stream of pages before the copy buttons are there
        config.theme["features"].remove("navigation.instant")
        build.build(config)
        home = Path(folder, "index.html")  # the copy cannot hold itself
        text = home.read_text("utf-8").replace('href="offline.zip"', 'href="index.html"')
        home.write_text(text, "utf-8", newline="\n")
        taken = {path.relative_to(folder).as_posix(): path for path in Path(folder).rglob("*.*")}
        for path in [site / "programs.zip", site / "llms.txt", *site.rglob("*.md")]:
            taken[path.relative_to(site).as_posix()] = path
        files = [(path, f"{FOLDER}/{name}") for name, path in sorted(taken.items())]
        pack(
            site / "offline.zip",
            [(path, name) for path, name in files if path.is_file() and path.name not in SERVED],
        )


if __name__ == "__main__":
    try:
        bundle(Path(*sys.argv[1:2] or ["site"]))
    except ClickException as error:
        error.show()
        sys.exit(1)

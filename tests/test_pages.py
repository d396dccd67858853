"""The house rules: what holds for every program and every page."""

import ast
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import stress
from markdown.extensions.toc import slugify

from mkdocs_exec import interpreter, schedule, session, sybil

ROOT = Path(__file__).parent.parent
PAGES = {path.name: path for path in sorted((ROOT / "docs").glob("*.md"))}
PROGRAMS = {
    path.relative_to(ROOT / "snippets").as_posix(): path
    for path in sorted((ROOT / "snippets").rglob("*.py"))
}
FACTS = 55
# What a chapter may import beside the standard library.
ALSO = {"beyond_one_machine": {"dask", "distributed"}}
# How many transcripts and checks each page has, so that none is lost unseen.
EXAMPLES = {
    "beyond_one_machine.md": 9,
    "choosing.md": 14,
    "corrections.md": 0,
    "costs.md": 6,
    "daemons.md": 51,
    "glossary.md": 0,
    "how_it_is_built.md": 3,
    "index.md": 2,
    "inside_a_lock.md": 27,
    "manager.md": 23,
    "mutex.md": 55,
    "pipes.md": 19,
    "play.md": 2,
    "practice.md": 24,
    "queues.md": 24,
    "races.md": 21,
    "sharing_files.md": 28,
    "start_methods.md": 34,
}
NO_PROSE = re.compile(
    r"\A---\n.*?\n---\n|^```.*?^```$|<!--.*?-->|^(?:#|!!!|\|)[^\n]*|`[^`\n]+`|\[[^\]]*\]\([^)]*\)",
    re.DOTALL | re.MULTILINE,
)


def blocks(page: str, language: str = "") -> list[session.Block]:
    found = session.blocks(text(page))
    return [block for block in found if not language or block.language == language]


def shown(page: str) -> list[str]:
    return [wanted.file for wanted in stress.sessions(PAGES[page])]


def test_every_page_keeps_its_examples():
    assert {page: len(list(sybil.document(path))) for page, path in PAGES.items()} == EXAMPLES


@pytest.mark.parametrize("page", PAGES)
def test_page_has_its_parts(page):
    source = text(page)
    assert re.match(r"---\ndescription: .{40,160}\n---\n\n# .+\n", source)
    if blocks(page, "snippet"):
        remember, _, read_next = source.partition("## Remember\n")[2].partition("## Read next\n")
        assert remember.count("\n- ") == 3
        assert "https://docs.python.org/3/library/" in read_next
    assert len(re.findall(r"invisible-code-block", source)) == len(
        re.findall(r"^ *<!-- invisible-code-block: python$", source, re.MULTILINE)
    ), "a check that is spelled in another way is not run"


def test_every_fact_is_corrected_on_a_page_and_proven():
    rows = dict(
        re.findall(r"^\| \*\*(\d+)\*\*\{ #fact-\1 \} \|(.*)\|$", text("corrections.md"), re.M)
    )
    assert list(rows) == [str(number) for number in range(1, FACTS + 1)]
    told = [set(re.findall(r"\(corrections\.md#fact-(\d+)\)", text(page))) for page in PAGES]
    assert set().union(*told) == set(rows)
    for number, row in rows.items():
        article, truth, proof = (cell.strip() for cell in row.split(" | "))
        links = re.findall(r"\]\((\w+\.md)#([\w-]+)\)", proof)
        assert article and truth and (links or len(proof) > 10), f"fact {number} has no proof"
        for page, anchor in links:
            assert examples(page, anchor), f"fact {number}: nothing is run in {page}#{anchor}"


def table(page: str, heading: str) -> list[list[str]]:
    """Return the cells of the rows of the table under a heading."""
    section = text(page).partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (.*) \|$", section, re.MULTILINE)[2:]
    return [row.split(" | ") for row in rows]


def linked(cell: str, page: str) -> tuple[str, str, str]:
    """Return the text, page and anchor of a cell that is one link."""
    words, to, anchor = re.fullmatch(r"\[(.+)\]\((\w+\.md)?#([\w-]+)\)", cell).groups()
    return words, to or page, anchor


def test_every_choice_leads_to_a_program():
    rows = table("choosing.md", "What is shared decides")
    assert len(rows) >= 10
    for *_, killed, _, program in rows:
        _, page, anchor = linked(program, "choosing.md")
        ran = [example.parsed for example in examples(page, anchor)]
        assert any(isinstance(parsed, session.Session) for parsed in ran), f"{page}#{anchor}"
        _, page, anchor = linked(killed, "choosing.md")
        assert examples(page, anchor), f"nothing is run in {page}#{anchor}"


def test_every_way_out_shows_its_symptom():
    rows = table("choosing.md", "Ways out of each hazard")
    assert len(rows) >= 15
    for symptom, *_, cell in rows:
        words, page, anchor = linked(cell, "choosing.md")
        seen = "\n".join(shown_or_asserted(example.parsed) for example in examples(page, anchor))
        for quoted in [words.strip("`"), *re.findall(r"`(\w+Error)`", symptom)]:
            assert quoted in seen, f"{page}#{anchor} shows no {quoted!r}"


def shown_or_asserted(parsed) -> str:
    """Return a transcript's lines, what a doctest wants, or the strings of a check."""
    if isinstance(parsed, session.Session):
        return "\n".join(command.expected for command in parsed.commands)
    if isinstance(parsed, str):
        nodes = ast.walk(ast.parse(parsed))
        return "\n".join(str(n.value) for n in nodes if isinstance(n, ast.Constant))
    return parsed.want


@pytest.mark.parametrize("page", sorted(set(PAGES) - {"glossary.md", "corrections.md"}))
def test_a_term_is_linked_to_the_glossary_at_its_first_use(page):
    # what is no running prose becomes as many spaces, so that places stay what they are
    prose = NO_PROSE.sub(lambda match: re.sub(r"\S", " ", match[0]), text(page))
    terms = re.findall(r"^\| \*\*(.+?)\*\*\{ #([\w-]+) \}", text("glossary.md"), re.MULTILINE)
    for name, anchor in sorted(terms, key=lambda term: -len(term[0])):
        words = r"\s+".join(re.escape(word) for word in name.partition(" (")[0].split())
        use = re.compile(rf"(?<![\w-]){words}(?:e?s)?(?![\w-])", re.IGNORECASE)
        first, link = use.search(prose), text(page).find(f"](glossary.md#{anchor})")
        assert not first or 0 <= link <= first.start(), f"{page}: link the first {first[0]!r}"
        prose = use.sub(lambda match: " " * len(match[0]), prose)


def text(page: str) -> str:
    return PAGES[page].read_text("utf-8")


def examples(page: str, anchor: str) -> list:
    """Return what is run in the section of a page that has this anchor."""
    heads = [(0, "")]
    fenced = [(block.start, block.end) for block in blocks(page)]
    for head in re.finditer(r"^#+ (.+)$", text(page), re.MULTILINE):
        if not any(start < head.start() < end for start, end in fenced):
            heads.append((head.start(), slugify(head[1].replace("`", ""), "-")))
    ends = [start for start, _ in heads[1:]] + [len(text(page))]
    (section,) = [(h[0], end) for h, end in zip(heads, ends, strict=True) if h[1] == anchor]
    regions = [region for _, region in sybil.document(PAGES[page]).regions]
    return [region for region in regions if section[0] <= region.start < section[1]]


@pytest.mark.parametrize("program", PROGRAMS)
def test_program_keeps_the_house_rules(program):
    text = PROGRAMS[program].read_text("utf-8")
    lines = text.splitlines()
    tree = ast.parse(text)
    assert re.fullmatch(r"[a-z_]+/[a-z_]+\.py", program), "words only: the nav gives the order"
    # the checker of all exercises is one file that a reader copies, and no example
    assert len(lines) <= 40 or program == "practice/check.py"
    assert max(map(len, lines)) <= 68
    docstring = ast.get_docstring(tree)
    assert docstring and "\n" not in docstring
    assert '\nif __name__ == "__main__":\n' in text
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
        )
    }
    also = ALSO.get(program.split("/")[0], set())
    assert imported <= set(sys.stdlib_module_names) | also, "one copied file must run"


def test_transcripts_hold_under_every_start_method():
    work = [
        (wanted, method)
        for path in PAGES.values()
        for wanted in stress.sessions(path)
        if not stress.names_its_start_method(wanted)
        for method in interpreter.chosen().start_methods[1:]
    ]
    with ThreadPoolExecutor(schedule.WORKERS) as pool:
        failures = list(pool.map(lambda each: stress.run_once(each[1], each[0]), work))
    assert work and not any(failures)


def test_every_program_is_on_the_page_of_its_folder():
    on_their_page = {
        file for page in PAGES for file in shown(page) if f"{file.split('/')[0]}.md" == page
    }
    assert on_their_page == set(PROGRAMS)


def test_every_page_is_in_the_navigation():
    nav = (ROOT / "mkdocs.yml").read_text("utf-8").partition("\nnav:")[2].partition("\n\n")[0]
    assert sorted(re.findall(r": (\S+\.md)", nav)) == sorted(PAGES)


def test_programs_are_published_through_the_link():
    assert (ROOT / "docs/snippets").resolve() == ROOT / "snippets", (
        "docs/snippets is no link: git config --global core.symlinks true, and check out again"
    )


def test_nothing_of_a_machine_is_in_the_project():
    tracked = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    )
    if tracked.returncode:
        pytest.skip(f"not a git checkout, so nothing tells its files: {tracked.stderr.strip()}")
    # a class of one letter, so that the pattern is not found in itself
    secret = re.compile(r"/(root|home|work|Users)/\w|[p]ypi\.org|[p]ythonhosted|index-url [h]ttp")
    for name in tracked.stdout.splitlines():
        path = ROOT / name
        if path.is_file() and path.suffix not in (".png", ".ico", ".zip"):
            found = secret.search(path.read_text("utf-8"))
            assert not found, f"{name}: {found}"

"""The built site as a reader's browser shows it."""

import gzip
import os
import re
import shlex
import shutil
import subprocess
from itertools import product
from pathlib import Path
from urllib.parse import unquote, urlsplit

import lighthouse
import pytest
from axe_playwright_python.sync_playwright import Axe

from mkdocs_exec import interpreter, session

ROOT = Path(__file__).parent.parent
PAGES = ["404.html"] + [
    path.relative_to(ROOT / "docs").as_posix().removesuffix("index.md").replace(".md", "/")
    for path in sorted((ROOT / "docs").rglob("*.md"))
]


def unfold(page):
    page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")


def programs_of(page):
    """Yield each snippet on a page with the bytes of its program, those in folds too."""
    unfold(page)
    for snippet in page.locator(".snippet").all():
        link = snippet.locator(".snippet-download").evaluate("link => link.href")
        yield snippet, link, (ROOT / unquote(urlsplit(link).path).lstrip("/")).read_bytes()


def copied(page, snippet):
    page.evaluate("navigator.clipboard.writeText('nothing yet')")
    snippet.hover()
    snippet.locator("[data-md-type=copy]").first.click()
    page.wait_for_function("async () => await navigator.clipboard.readText() != 'nothing yet'")
    return page.evaluate("navigator.clipboard.readText()").encode()


@pytest.mark.parametrize("url", PAGES)
def test_page_is_sound(visit, url):
    page = visit(url)
    for scheme, width in product(["light", "dark"], [1280, 360]):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_function(
            "scheme => getComputedStyle(document.body).colorScheme == scheme", arg=scheme
        )
        # A colour that is still changing is not the one that a reader sees.
        page.evaluate("Promise.allSettled(document.getAnimations().map(each => each.finished))")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        results = Axe().run(page)
        assert results.violations_count == 0, (scheme, width, results.generate_report())


@pytest.mark.parametrize("url", PAGES)
def test_copy_button_and_link_give_the_program(visit, url):
    page = visit(url)
    for snippet, link, program in programs_of(page):
        assert copied(page, snippet) == program
        assert page.request.get(link).body() == program


def test_copy_button_works_on_a_page_loaded_in_place(visit):
    page = visit("")
    page.evaluate("window.stayed = true")
    page.locator(".md-nav--primary a", has_text="Daemonic processes").first.click()
    page.wait_for_url("**/daemons/")
    page.locator(".snippet [data-md-type=copy]").first.wait_for(state="attached")
    assert page.evaluate("window.stayed"), "the browser loaded the page anew"
    snippet, _, program = next(programs_of(page))
    assert copied(page, snippet) == program


@pytest.mark.usefixtures("address")
def test_every_program_and_nothing_else_is_published(folder):
    published = folder / "snippets"
    assert {
        path.relative_to(published): path.read_bytes()
        for path in published.rglob("*")
        if path.is_file()
    } == {
        path.relative_to(ROOT / "snippets"): path.read_bytes()
        for path in (ROOT / "snippets").rglob("*.py")
    }


@pytest.mark.parametrize("url", PAGES)
def test_page_is_light(browser, address, url):
    """Nothing is in a cache, and all is counted that arrives before anybody touches the page."""
    with browser.new_context() as context:
        page = context.new_page()
        responses = []
        page.on("response", lambda response: responses.append(response))
        page.goto(address + url, wait_until="networkidle")
        sizes = {response.url: len(gzip.compress(response.body())) for response in responses}
    assert len(responses) <= 12, sizes
    assert sum(sizes.values()) <= 100 * 1024, sizes


@pytest.mark.skipif(
    not lighthouse.COMMAND.exists(), reason="Lighthouse is not installed, `make lighthouse` does it"
)
@pytest.mark.parametrize("form", lighthouse.BARS)
@pytest.mark.parametrize("url", [url for url in PAGES if url != "404.html"])
def test_lighthouse_finds_nothing_wanting(browser_path, address, url, form):
    bar = lighthouse.BARS[form]
    words = lighthouse.install()
    scores, complaints = lighthouse.judge(words, browser_path, address + url, form, bar)
    assert not lighthouse.too_low(scores, bar), (scores, complaints)


def test_own_scripts_are_small():
    own = [*(ROOT / "docs/assets").rglob("*.js"), *(ROOT / "docs/templates").glob("*.html")]
    sizes = {path.name: len(gzip.compress(path.read_bytes())) for path in own}
    assert sum(sizes.values()) <= 12 * 1024, sizes


def open_search(page, key, box):
    for _ in range(20):  # a key is lost that is pressed before the theme listens
        page.keyboard.press(key)
        page.wait_for_timeout(300)
        if box.evaluate("box => box == document.activeElement"):
            return
    raise AssertionError(f"{key} does not open the search")


@pytest.mark.parametrize("key", ["s", "/"])
def test_search_finds(visit, key):
    page = visit("")
    page.evaluate("window.stayed = true")
    box = page.locator("[data-md-component=search-query]")
    open_search(page, key, box)
    found = page.locator(".md-search-result__list")
    for term in ["daemonic", "pipe", "互斥锁"]:
        box.fill(term)
        box.press("End")  # the theme listens to keys that are let go
        marked = found.locator("mark", has_text=re.compile(term, re.I))
        marked.first.wait_for(state="attached")
    found.locator("a").first.click()
    page.wait_for_url("**/glossary/**")
    page.locator(".md-content h1", has_text="Glossary").wait_for()
    # The page was loaded in place, where searching goes on.
    open_search(page, key, box)
    box.fill("orphan")
    box.press("End")
    # its place may be in the fold of a page's further results
    found.locator("mark", has_text=re.compile("orphan", re.I)).first.wait_for(state="attached")
    assert page.evaluate("window.stayed"), "the browser loaded the page anew"


@pytest.mark.parametrize("url", PAGES)
def test_page_says_all_without_a_script(visit, url):
    article = "article => article.querySelectorAll('.md-code__nav').forEach(nav => nav.remove())"
    with_script = visit(url)
    without = visit(url, java_script_enabled=False)
    with_script.locator("article").evaluate(article)
    for part in [
        "article > :is(h1, h2, h3, p)",
        ".snippet pre > code",
        "article table",
        ".gp, .go",
    ]:
        texts = without.locator(part).all_inner_texts()
        assert texts == with_script.locator(part).all_inner_texts()
    unfold(without)
    for program in without.locator(".snippet pre > code").all():
        assert program.is_visible()


def test_going_back_and_forward_keeps_the_copy_button_alive(visit):
    page = visit("daemons/")
    page.evaluate("window.stayed = true")
    page.locator(".md-nav--primary a", has_text="Race conditions").first.click()
    page.wait_for_url("**/races/")
    page.locator("h1", has_text="Race").wait_for()
    for go, address in ((page.go_back, "daemons"), (page.go_forward, "races")):
        go()
        page.wait_for_url(f"**/{address}/")
        page.locator(f".snippet-download[href*='/{address}/']").first.wait_for()
        page.locator(".snippet [data-md-type=copy]").first.wait_for(state="attached")
        snippet, _, program = next(programs_of(page))
        assert copied(page, snippet) == program
    assert page.evaluate("window.stayed"), "the browser loaded the page anew"


def test_paper_has_no_buttons(visit):
    page = visit("daemons/")
    page.emulate_media(media="print")
    for hidden in page.locator(".md-code__nav, .snippet-download, .md-header, .md-footer").all():
        assert not hidden.is_visible()
    for shown in page.locator(".snippet pre > code").all():
        assert shown.is_visible()


@pytest.mark.usefixtures("address")
def test_page_shows_itself_to_who_gets_a_link(folder):
    card = (folder / "assets/card.png").read_bytes()
    assert card[:8] == b"\x89PNG\r\n\x1a\n"
    assert [int.from_bytes(card[i : i + 4]) for i in (16, 20)] == [1200, 630]


@pytest.mark.parametrize("url", PAGES)
def test_page_has_a_description_and_a_card(visit, address, url):
    page = visit(url, java_script_enabled=False)
    names = ["og:title", "og:description", "og:image"]
    told = {
        name: page.locator(f"meta[property='{name}']").get_attribute("content") for name in names
    }
    assert all(told.values()), told
    assert told["og:image"] == address + "assets/card.png"
    description = page.locator("meta[name=description]").get_attribute("content")
    assert told["og:description"] == description


def test_lost_reader_finds_every_page(visit, address):
    page = visit("404.html", java_script_enabled=False)
    links = page.locator("article li a").evaluate_all("links => links.map(link => link.href)")
    assert {link.removesuffix(".") for link in links} == {
        address + url for url in PAGES if url != "404.html"
    }
    hrefs = page.locator("article li a").evaluate_all("l => l.map(a => a.getAttribute('href'))")
    assert all(href.startswith("/") for href in hrefs), "it is shown at any depth"


@pytest.mark.skipif(not shutil.which("script"), reason="no script(1), which lends a terminal")
@pytest.mark.parametrize("page", [url for url in PAGES if (ROOT / f"docs/{url[:-1]}.md").exists()])
def test_what_was_copied_runs_alone_and_prints_what_its_page_shows(page, tmp_path):
    """The first program of each page, without our runner: the clipboard is tested above."""
    blocks = session.blocks((ROOT / f"docs/{page[:-1]}.md").read_text("utf-8"))
    wanted = next((session.of(block) for block in blocks if block.language == "snippet"), None)
    if wanted is None:
        pytest.skip("a page without programs")
    shutil.copy(ROOT / "snippets" / wanted.file, tmp_path)
    command = wanted.commands[0]
    line = command.line.replace("python", shlex.quote(interpreter.chosen().path), 1)
    run = subprocess.run(
        ["script", "-qec", line, "/dev/null"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "C.UTF-8", "TERM": "dumb"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=wanted.timeout * 5,
    )
    output = run.stdout.decode().replace("\r\n", "\n")
    assert not command.contradiction(output, run.returncode)

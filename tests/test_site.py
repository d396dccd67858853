"""The built site as a reader's browser shows it."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).parent.parent
PAGES = ["404.html"] + [
    path.relative_to(ROOT / "docs").as_posix().removesuffix("index.md").replace(".md", "/")
    for path in sorted((ROOT / "docs").rglob("*.md"))
]


def programs_of(page):
    """Yield each snippet on a page with the bytes of its program."""
    for snippet in page.locator(".snippet").all():
        link = snippet.locator(".snippet-download").evaluate("link => link.href")
        yield snippet, link, (ROOT / unquote(urlsplit(link).path).lstrip("/")).read_bytes()


def copied(page, snippet):
    page.evaluate("navigator.clipboard.writeText('nothing yet')")
    snippet.hover()
    snippet.locator("[data-md-type=copy]").first.click()
    page.wait_for_function("async () => await navigator.clipboard.readText() != 'nothing yet'")
    return page.evaluate("navigator.clipboard.readText()").encode()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("url", PAGES)
def test_page_is_sound(visit, url, scheme, width):
    page = visit(url, color_scheme=scheme, viewport={"width": width, "height": 800})
    shown = page.evaluate("getComputedStyle(document.body).colorScheme")
    assert shown == scheme
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("[role=dialog]:not([aria-label]), nav:not([aria-label])").count() == 0


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

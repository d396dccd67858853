"""The built site as a reader's browser shows it."""

import os
import shutil
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent
PAGES = ["404.html"] + [
    path.relative_to(ROOT / "docs").as_posix().removesuffix("index.md").replace(".md", "/")
    for path in sorted((ROOT / "docs").rglob("*.md"))
]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
# A test asks nothing of the network and needs neither a screen nor a user of its own.
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run"
    " --disable-background-networking --disable-component-update --disable-sync"
)


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("site")


@pytest.fixture(scope="session")
def address(folder):
    """Where the site is served, built by the command that builds it for readers."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=folder)) as server:
        address = f"http://127.0.0.1:{server.server_port}/"
        build = subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", folder],
            cwd=ROOT,
            env=os.environ | {"SITE_URL": address},
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        assert build.returncode == 0, build.stdout + build.stderr
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield address
        server.shutdown()


@pytest.fixture(scope="session")
def browser():
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        missing = f"no browser: none of {', '.join(BROWSERS)} is on the PATH, CHROMIUM is not set"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS.split())
        yield browser
        browser.close()


@pytest.fixture
def visit(browser, address):
    """Open a page; whatever goes wrong on it up to the end of the test fails the test."""
    troubles, contexts = [], []

    def on_console(message):
        if message.type in ("error", "warning"):
            troubles.append(f"console: {message.text}")

    def on_request(request):
        if request.url.startswith("http") and not request.url.startswith(address):
            troubles.append(f"third party: {request.url}")

    def on_response(response):
        if response.status >= 400:
            troubles.append(f"{response.status}: {response.url}")

    def visit(url, **options):
        context = browser.new_context(**options)
        contexts.append(context)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.on("console", on_console)
        page.on("pageerror", lambda error: troubles.append(f"script: {error}"))
        page.on("request", on_request)
        page.on("requestfailed", lambda request: troubles.append(f"failed: {request.url}"))
        page.on("response", on_response)
        page.goto(address + url, wait_until="networkidle")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert troubles == []


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

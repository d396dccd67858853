"""The built site, served, and a browser to visit it with."""

import gzip
import os
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
# A test asks nothing of the network and needs neither a screen nor a user of its own.
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run"
    " --disable-background-networking --disable-component-update --disable-sync"
)


class Handler(SimpleHTTPRequestHandler):
    """A server that compresses text, as those do on which sites are published."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return
        data, kind = path.read_bytes(), self.guess_type(str(path))
        self.send_response(200)
        if kind.startswith("text/") or kind.endswith(("javascript", "json", "+xml")):
            data = gzip.compress(data)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "max-age=600")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        pass


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("site")


@contextmanager
def served(folder):
    """Build the site by the command that builds it for readers, serve it, and yield its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=folder)) as server:
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


def find_browser():
    """Return the path of a browser; raises FileNotFoundError that says where it was looked for."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        raise FileNotFoundError(
            f"no browser: none of {', '.join(BROWSERS)} is on the PATH, CHROMIUM is not set"
        )
    return found


@pytest.fixture(scope="session")
def address(folder):
    with served(folder) as address:
        yield address


@pytest.fixture(scope="session")
def browser_path():
    try:
        return find_browser()
    except FileNotFoundError as missing:
        if os.environ.get("CI"):
            pytest.fail(str(missing))
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def browser(browser_path):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS.split())
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

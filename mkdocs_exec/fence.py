"""The `snippet` fence for SuperFences: a program and its real output, as HTML."""

import html
import logging
import os
import posixpath
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import jinja2
import pygments
import pymdownx
from click import ClickException
from markdown import Markdown
from pymdownx.superfences import SuperFencesException

from mkdocs_exec import chart, schedule, session, store, timeline
from mkdocs_exec.runner import Result
from mkdocs_exec.schedule import Outcome
from mkdocs_exec.session import Session, SnippetError

log = logging.getLogger("mkdocs.mkdocs_exec")

REPOSITORY = os.environ.get("REPO_URL", "").rstrip("/")  # mkdocs.yml reads it, too

# the HTML of a fence is also a product of these
_CODE = store.key(
    *(Path(file).read_text("utf-8") for file in (__file__, chart.__file__, timeline.__file__)),
    timeline.TEMPLATE,
    *(module.__version__ for module in (jinja2, pygments, pymdownx)),
)


class PageError(SuperFencesException, ClickException):
    """A page cannot be built.

    SuperFences lets only its own exception pass, and turns any other into a plain code block. Both
    generators end with a click error: one message, no traceback, exit status 1.
    """


def validate(language: str, inputs: dict, options: dict, attrs: dict, md: Markdown) -> bool:
    """Take every option: what SuperFences refuses it shows as prose, and nobody is told."""
    options.update(inputs)
    return True


def format_snippet(
    source: str, language: str, class_name: str, options: dict, md: Markdown, **kwargs
) -> str:
    """Return the HTML of a fence; raises PageError if its program is not as the page says.

    `mkdocs serve` shows the error on the page instead, so that the server stays up. Zensical would
    keep such a page in its cache and publish it with the next build.
    """
    page, url = _page(md)
    try:
        wanted = session.parse(options, source)
        return _snippet(wanted, schedule.outcome(wanted), url, md)
    except SnippetError as error:
        message = f"{page}:{_line(page, options, source)}: {error}"
        if "serve" not in sys.argv or "relpath" not in md.treeprocessors:
            raise PageError(message) from None
        log.error(message)
        return f'<div class="admonition failure"><pre>{html.escape(message)}</pre></div>'
    except Exception as error:  # a mistake of ours, which SuperFences would swallow
        raise PageError(f"{page}: {error!r} in mkdocs_exec") from error


def _snippet(wanted: Session, outcome: Outcome, url: str, md: Markdown) -> str:
    """Return the HTML of a fence, which is kept: to colour code takes longer than all else."""
    highlight = md.preprocessors["fenced_code_block"].highlight_ext
    settings = highlight.get_pymdownx_highlight_settings()
    address = posixpath.relpath(
        (schedule.PROGRAMS / wanted.file).as_posix(), posixpath.dirname(url) or "."
    )
    name = store.key(asdict(wanted), asdict(outcome), address, settings, REPOSITORY, _CODE)
    text = store.load(name)
    if not isinstance(text, str):
        text = _render(wanted, outcome, address, name, md)
        store.save(name, text)
    # a fence may stand twice on a page, and an id may not; the stash counts its blocks
    return text.replace(name, str(md.htmlStash.html_counter))


def _render(wanted: Session, outcome: Outcome, address: str, ident: str, md: Markdown) -> str:
    """Return the HTML of a fence; `ident` stands in the ids of its figures."""
    path = (schedule.PROGRAMS / wanted.file).as_posix()
    superfences = md.preprocessors["fenced_code_block"]
    # it clamps hl_lines to the length of the block on the page, which is not the program's
    superfences.line_count = outcome.program.count("\n")
    shown = {"title": wanted.title or path}
    if wanted.hl_lines:
        shown["hl_lines"] = wanted.hl_lines
    code = superfences.highlight(
        src=outcome.program,
        language="python",
        options=shown,
        md=md,
        classes=[],
        id_value="",
        attrs={},
    )
    printed = "\n".join(
        f'<span class="gp">$ </span>{html.escape(command.line)}\n'
        f'<span class="go">{html.escape(result.output)}</span>'
        for command, result in zip(wanted.commands, outcome.results, strict=True)
    )
    facts = "; ".join(
        f"{result.seconds:.2f} s" + (f", exit status {result.returncode}" * bool(result.returncode))
        for result in outcome.results
    )
    name = html.escape(Path(path).name)
    drawn = ""
    if wanted.chart:
        drawn = chart.figure(
            wanted.chart, outcome.results[0].output, Path(path).name, f"chart-{ident}"
        )
    if run := outcome.recorded:
        recorded = timeline.read(run.events, run.returncode)
        drawn += timeline.figure(recorded, wanted.recorded.line, f"timeline-{ident}")
    at = html.escape(f"{REPOSITORY}/blob/main/{path}")
    source = f' <a class="snippet-source" href="{at}">Source of {name}</a>' if REPOSITORY else ""
    return (
        f'<div class="snippet">{code}'
        f'<a class="snippet-download" href="{html.escape(address)}" download>Download {name}</a>'
        f"{source}"
        f'<div class="highlight snippet-output" data-times="{_times(outcome.results)}">'
        f"<pre><code>{printed}</code></pre></div>"
        f'<p class="snippet-facts">ran {facts}</p>{drawn}</div>'
    )


def _times(results: list[Result]) -> str:
    """Return when each line of the transcript appeared, in seconds, and when the last run ended.

    One run follows the other, as it would in a terminal.
    """
    times, begun = [], 0.0
    for result in results:
        # the line of the prompt, those of the output, and the empty one that separates two runs
        lines = result.output.count("\n") + (not result.output.endswith("\n"))
        shown = [begun + moment for moment in result.times][:lines]
        # the last line may be read a moment after the program has been seen to end
        ended = begun + max(result.seconds, *result.times, 0.0)
        times += [begun, *shown, *[ended] * (lines - len(shown)), ended]
        begun = ended
    return " ".join(f"{moment:.2f}".rstrip("0").rstrip(".") for moment in times)


def _page(md: Markdown) -> tuple[str, str]:
    """Return the page's file, for messages, and its address in the site, for links from it."""
    if "relpath" in md.treeprocessors:  # MkDocs registers this for each page
        file = md.treeprocessors["relpath"].file
        return (schedule.PAGES / file.src_uri).as_posix(), file.url
    from zensical.extensions.context import ContextPreprocessor

    page = ContextPreprocessor.from_markdown(md).page
    return (schedule.PAGES / page.path).as_posix(), page.url


def _line(page: str, options: dict, source: str) -> int:
    """Return the line of a fence on its page, which SuperFences does not tell; 1 if not found."""
    for block in session.blocks(Path(page).read_text("utf-8")):
        if block.language == "snippet" and block.body.strip() == source.strip():
            with suppress(SnippetError):
                if session.options_of(block.info) == options:
                    return block.line
    return 1

"""The `snippet` fence for SuperFences: a program and its real output, as HTML."""

import html
import logging
import posixpath
import sys
from contextlib import suppress
from pathlib import Path

from click import ClickException
from markdown import Markdown
from pymdownx.superfences import SuperFencesException

from mkdocs_exec import schedule, session, timeline
from mkdocs_exec.schedule import Outcome
from mkdocs_exec.session import Session, SnippetError

log = logging.getLogger("mkdocs.mkdocs_exec")


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
    address = posixpath.relpath(path, posixpath.dirname(url) or ".")
    printed = "\n".join(
        f'<span class="gp">$ </span>{html.escape(command.line)}\n'
        f'<span class="go">{html.escape(result.output)}</span>'
        for command, result in zip(wanted.commands, outcome.results, strict=True)
    )
    name = html.escape(Path(path).name)
    return (
        f'<div class="snippet">{code}'
        f'<a class="snippet-download" href="{html.escape(address)}" download>Download {name}</a>'
        f'<div class="highlight snippet-output"><pre><code>{printed}</code></pre></div>'
        f"{_timeline(wanted, outcome, name, md)}</div>"
    )


def _timeline(wanted: Session, outcome: Outcome, name: str, md: Markdown) -> str:
    if not (run := outcome.recorded):
        return ""
    # a program may stand twice on a page, and an id may not
    names = md.__dict__.setdefault("_timelines", [])
    names.append(name)
    times = names.count(name)
    unique = f"timeline-{Path(name).stem}" + (f"-{times}" if times > 1 else "")
    line = wanted.commands[wanted.recorded].line
    return timeline.figure(timeline.read(run.events, run.returncode), line, unique)


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

"""The pages as tests: Sybil parses the same fences, and the same stored runs are compared."""

import re
import unittest
from collections.abc import Iterator, Mapping
from pathlib import Path

from sybil import Document, Example, Region
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.abstract import AbstractCodeBlockParser, DocTestStringParser
from sybil.parsers.markdown.lexers import DirectiveInHTMLCommentLexer
from sybil.region import Lexeme

from mkdocs_exec import interpreter, schedule, session, timeline
from mkdocs_exec.session import MissingError, Session, SnippetError

UNTESTED = re.compile(r"(py|python|ipython|pyodide)\d*$", re.IGNORECASE)


class Check(PythonEvaluator):
    """A check, skipped where its program cannot run."""

    def __call__(self, example: Example) -> str | None:
        """Evaluate the check."""
        if missing := example.namespace.get("missing"):
            raise unittest.SkipTest(missing)
        return super().__call__(example)


class InvisibleCodeParser(AbstractCodeBlockParser):
    """`<!-- invisible-code-block: python … -->`: the proof of the sentence above it."""

    def __init__(self) -> None:
        """Accept only that one spelling; `parse_fences` looks after the fences."""
        lexer = DirectiveInHTMLCommentLexer(r"invisible-code-block", "python")
        super().__init__([lexer], "python", Check())


def document(page: Path) -> Document:
    """Parse a page into its examples; raises SnippetError for a fence that cannot be one."""
    return Document.parse(str(page), *parsers())


def parsers() -> list:
    """Return what finds all the examples of a page."""
    return [parse_fences, InvisibleCodeParser()]


def parse_fences(document: Document) -> Iterator[Region]:
    """Yield the examples of a page's fences: `snippet`, `pycon` and `python`.

    Raises SnippetError for a fence of Python that no test would run.
    """
    for block in session.blocks(document.text):
        where = f"{Path(document.path).name}:{block.line}"
        if block.language == "snippet":
            try:
                wanted = session.of(block)
            except SnippetError as error:
                raise SnippetError(f"{where}: {error}") from None
            yield Region(block.start, block.end, wanted, evaluate_snippet)
        elif block.language == "pycon":
            for region in DocTestStringParser()(block.body, document.path):
                region.start += block.body_start
                region.end += block.body_start
                yield region
        elif block.language == "python":
            code = Lexeme(block.body, block.body_start - block.start, 0)
            yield Region(block.start, block.end, code, PythonEvaluator())
        elif UNTESTED.match(block.language):
            raise SnippetError(
                f"{where}: nothing tests a {block.language} fence; use python or pycon"
            )


def evaluate_snippet(example: Example, outcome_of=schedule.outcome) -> str:
    """Compare the run with the transcript, and leave it to the blocks that follow.

    `outcome_of` is where the outcome of a session comes from. Returns "" or what is wrong.
    """
    wanted: Session = example.parsed

    def run(line="", *, program="", changes: Mapping[str, str] | None = None, start_method=""):
        """Run the program again, now, and return its Result.

        `line` is what stands after the prompt (the first of the fence if ""), `program` the text of
        another program in its place, `changes` what to replace in it, `start_method` its default.
        """
        command = session.command(line, *wanted.names) if line else wanted.commands[0]
        program = program or outcome.program
        for old, new in (changes or {}).items():
            if old not in program:
                raise SnippetError(f"{wanted.file} has no {old!r} to replace; mend the check")
            program = program.replace(old, new)
        return schedule.run_now(wanted, command, program.encode(), start_method)

    example.namespace["missing"] = ""
    try:
        schedule.require(wanted)
        outcome = outcome_of(wanted)
    except MissingError as error:
        example.namespace["missing"] = str(error)
        raise unittest.SkipTest(str(error)) from None
    except SnippetError as error:
        return str(error)
    recorded = outcome.recorded
    example.namespace.update(
        source=outcome.program,
        outputs=[result.output for result in outcome.results],
        output=outcome.results[-1].output,
        returncode=outcome.results[-1].returncode,
        python_version=interpreter.chosen().version_info,
        start_methods=interpreter.chosen().start_methods,
        timeline=recorded and timeline.read(recorded.events, recorded.returncode),
        run=run,
    )
    return ""

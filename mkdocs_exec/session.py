"""The text of a page to blocks, commands and expectations. Nothing here runs or reads anything."""

import difflib
import doctest
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

OPTIONS = (
    *("file", "beside", "returncode", "timeout", "title"),
    *("hl_lines", "chart", "timeline", "needs"),
)
CHARTS = ("bars", "log")
TIMEOUT = 20.0  # seconds, where a fence names no other

_OPENING = re.compile(r"^(?P<indent>[ \t>]*)(?P<marks>`{3,}|~{3,})(?P<info>[^\n`]*)$", re.MULTILINE)
_OPTION = re.compile(r'(\w+)="([^"]*)"')
_OPTIONS = re.compile(rf"(\s*{_OPTION.pattern}(?!\S))*\s*")  # what SuperFences reads, too
_HL_LINES = re.compile(r"(\d+(-\d+)?( +|$))*")
_LIKE_A_DOCTEST = doctest.ELLIPSIS | doctest.DONT_ACCEPT_BLANKLINE | doctest.DONT_ACCEPT_TRUE_FOR_1


class SnippetError(Exception):
    """A fence, or the program it names, is not as the page says; the text tells how to mend it."""


class MissingError(SnippetError):
    """The Python that runs the programs lacks a package that a fence needs."""


@dataclass(frozen=True)
class Block:
    """A fenced block of a page, as Markdown sees it: a fence inside a longer fence is only text."""

    line: int  # of the opening fence, from 1
    start: int  # characters from the start of the page
    end: int
    body_start: int
    language: str
    info: str  # what follows the language
    body: str  # without the indentation of the fence


@dataclass(frozen=True)
class Command:
    """One `$ ` line of a transcript, and what the page says that it does."""

    line: str  # as typed after the prompt
    options: tuple[str, ...]  # of the interpreter, before the file
    arguments: tuple[str, ...]
    piped: bool  # ends in `| cat`
    expected: str = ""
    returncode: int = 0
    record: bool = False  # what its processes do, for a timeline
    script: str = ""  # the file beside the program that is run in its place

    def contradiction(self, output: str, returncode: int) -> str:
        """Return "" if a run did what the page says, otherwise an explanation with a diff."""
        expected = self.expected.rstrip("\n") + "\n"
        printed = output.rstrip("\n") + "\n"
        if not doctest.OutputChecker().check_output(expected, printed, _LIKE_A_DOCTEST):
            diff = difflib.unified_diff(
                expected.splitlines(),
                printed.splitlines(),
                "the page says",
                "the program printed",
                lineterm="",
            )
            return f"`$ {self.line}` contradicts the page:\n" + "\n".join(diff)
        if returncode != self.returncode:
            return (
                f"`$ {self.line}` exited with {returncode}, and the page says {self.returncode} "
                f'(mend the program, or declare returncode="{returncode}"). It printed:\n{output}'
            )
        return ""


@dataclass(frozen=True)
class Session:
    """A `snippet` fence: a program and the commands that run it."""

    file: str  # relative to snippets/
    commands: tuple[Command, ...]
    timeout: float = TIMEOUT  # seconds, for each command
    title: str = ""
    hl_lines: str = ""
    chart: str = ""  # "" or one of CHARTS
    needs: str = ""  # a package that the program imports
    recorded: Command | None = None  # one of the commands, to run once more for a timeline
    beside: tuple[str, ...] = ()  # files in the same folder, relative to snippets/

    @property
    def names(self) -> list[str]:
        """The files in the folder of a run, the program first."""
        return [PurePosixPath(file).name for file in (self.file, *self.beside)]

    @property
    def runs(self) -> tuple[Command, ...]:
        """All that is to run: the commands, and after them the recorded one if there is one."""
        return (*self.commands, *filter(None, [self.recorded]))


def blocks(text: str) -> Iterator[Block]:
    """Yield the fenced blocks of a page in order.

    Raises SnippetError for a fence that is never closed: Markdown would show it as prose.
    """
    place = 0
    while opening := _OPENING.search(text, place):
        marks, indent = opening["marks"], opening["indent"]
        line = text.count("\n", 0, opening.start()) + 1
        closing = re.compile(rf"^[ \t>]*{marks}{marks[0]}*[ \t]*$", re.MULTILINE).search(
            text, opening.end()
        )
        if closing is None:
            raise SnippetError(f"line {line}: the fence {marks} is never closed; add its end")
        body_start = opening.end() + 1
        lines = text[body_start : closing.start()].splitlines(keepends=True)
        language, _, info = opening["info"].strip().partition(" ")
        body = "".join(each.removeprefix(indent) for each in lines)
        yield Block(line, opening.start(), closing.end(), body_start, language, info, body)
        place = closing.end()


def options_of(info: str) -> dict[str, str]:
    """Parse `file="a/b.py" timeout="30"`; raises SnippetError if it is not of that form."""
    if not _OPTIONS.fullmatch(info):
        raise SnippetError(f'the options {info!r} cannot be read; write file="chapter/name.py" …')
    return dict(_OPTION.findall(info))


def parse(options: Mapping[str, str], body: str) -> Session:
    """Make a session of a fence's options and body; raises SnippetError that names the mend."""
    for name in options:
        if name not in OPTIONS:
            raise SnippetError(f"unknown option {name!r}; known are {', '.join(OPTIONS)}")
    file = options.get("file", "")
    if not file:
        raise SnippetError('the fence names no program; write file="chapter/name.py"')
    beside = tuple(options.get("beside", "").split())
    names = [PurePosixPath(each).name for each in (file, *beside)]
    if len(set(names)) < len(names):
        raise SnippetError(f"{', '.join(names)}: two files of one name cannot lie in one folder")
    commands = list(_commands(body, *names))
    if not commands:
        raise SnippetError(
            f"the transcript is empty; write `$ python {PurePosixPath(file).name}` in the fence, "
            "and under it what a reader should see"
        )
    codes = _numbers(int, "returncode", options.get("returncode", "0"))
    if len(codes) not in (1, len(commands)):
        raise SnippetError(f"{len(codes)} return codes for {len(commands)} commands; give one each")
    codes = codes * len(commands) if len(codes) == 1 else codes
    seconds = _numbers(float, "timeout", options.get("timeout", str(TIMEOUT)))
    if len(seconds) != 1 or not 0 < seconds[0] <= 600:
        raise SnippetError("timeout is one number of seconds, above 0 and at most 600")
    hl_lines = options.get("hl_lines", "")
    if not _HL_LINES.fullmatch(hl_lines):
        raise SnippetError(f'hl_lines={hl_lines!r} is no list of lines; write hl_lines="3 7-9"')
    chart = options.get("chart", "")
    if chart and chart not in CHARTS:
        raise SnippetError(f'chart={chart!r} is unknown; write chart="bars" or chart="log"')
    commands = [replace(c, returncode=code) for c, code in zip(commands, codes, strict=True)]
    return Session(
        file,
        tuple(commands),
        seconds[0],
        options.get("title", ""),
        hl_lines,
        chart,
        options.get("needs", ""),
        _recorded(options.get("timeline", ""), commands),
        beside,
    )


def of(block: Block) -> Session:
    """Make a session of a `snippet` block; raises SnippetError that names the mend."""
    return parse(options_of(block.info), block.body)


def command(line: str, name: str, *beside: str) -> Command:
    """Parse `python [options] name [arguments] [| cat]`, what a reader types after the prompt.

    A file that lies beside the program may be run in its place.
    """
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise SnippetError(f"`$ {line}` cannot be read: {error}") from None
    piped = words[-2:] == ["|", "cat"]
    words = words[:-2] if piped else words
    script = next((word for word in words if word in (name, *beside)), "")
    if not script or words[0] != "python":
        raise SnippetError(f"`$ {line}` does not run the program; write `$ python {name}`")
    if unknown := {"|", ">", ">>", "<", "&", "&&", ";"}.intersection(words):
        raise SnippetError(f"`$ {line}`: no {min(unknown)!r} here, of the shell only `| cat`")
    place = words.index(script)
    found = Command(line, tuple(words[1:place]), tuple(words[place + 1 :]), piped)
    return found if script == name else replace(found, script=script)


def _commands(body: str, name: str, *beside: str) -> Iterator[Command]:
    before, *runs = re.split(r"^\$ ", body, flags=re.MULTILINE)
    if before.strip():
        raise SnippetError(f"{before.strip()!r} stands before the first `$ python {name}`")
    for run in runs:
        line, _, expected = run.partition("\n")
        yield replace(command(line.strip(), name, *beside), expected=expected)


def _recorded(timeline: str, commands: list[Command]) -> Command | None:
    if not timeline:
        return None
    number = 1 if timeline == "on" else int(timeline) if timeline.isdecimal() else 0
    if not 1 <= number <= len(commands):
        raise SnippetError(
            f'timeline={timeline!r} names no command; write timeline="on" for the first, '
            f"or its number, from 1 to {len(commands)}"
        )
    return replace(commands[number - 1], record=True)


def _numbers(kind: type, option: str, text: str) -> list:
    try:
        return [kind(word) for word in text.split()]
    except ValueError:
        raise SnippetError(f"{option}={text!r} is not a number") from None

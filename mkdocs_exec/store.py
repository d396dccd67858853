"""Results of runs, kept by a hash of all that can change them."""

import hashlib
import json
import os
import tempfile
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from mkdocs_exec import interpreter, runner
from mkdocs_exec.interpreter import Interpreter
from mkdocs_exec.runner import Result
from mkdocs_exec.session import Command

FOLDER = Path(".cache", "mkdocs_exec")
FRESH = "MKDOCS_EXEC_FRESH"  # in the environment: run everything again
MOST = 2000  # entries; the least recently used go first

# a result is also a product of the code that ran the program
_CODE = b"".join(Path(module.__file__).read_bytes() for module in (interpreter, runner))
_INSIDE = b"".join(path.read_bytes() for path in sorted(runner.INSIDE.glob("*.py")))


def key(
    program: bytes,
    name: str,
    command: Command,
    python: Interpreter,
    start_method: str = "",
    record: bool = False,
) -> str:
    """Return the name under which the result of this run is kept."""
    parts = (name, command.options, command.arguments, command.piped, start_method, asdict(python))
    digest = hashlib.sha256(json.dumps(parts).encode())
    for part in (program, _CODE, *([b"recorded", _INSIDE] if record else ())):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def load(name: str) -> Result | None:
    """Return the kept result, or None if there is none that is whole."""
    if os.environ.get(FRESH):
        return None
    path = FOLDER / f"{name}.json"
    try:
        entry = json.loads(path.read_bytes())
        if entry["check"] != _check(name, entry["result"]):
            return None
        result = Result(**entry["result"])
        os.utime(path)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return result


def save(name: str, result: Result) -> None:
    """Keep a result, whole or not at all; where nothing can be written, the next build runs it."""
    entry = {"result": asdict(result), "check": _check(name, asdict(result))}
    with suppress(OSError):
        FOLDER.mkdir(parents=True, exist_ok=True)
        handle, path = tempfile.mkstemp(dir=FOLDER, suffix=".new")
        try:
            with open(handle, "w", encoding="utf-8") as file:
                json.dump(entry, file)
            os.replace(path, FOLDER / f"{name}.json")
        except BaseException:
            os.unlink(path)
            raise
        _forget_the_oldest()


def forget(name: str) -> None:
    """Drop a result, kept or not."""
    with suppress(OSError):
        (FOLDER / f"{name}.json").unlink(missing_ok=True)


def _check(name: str, result: dict) -> str:
    return hashlib.sha256(json.dumps([name, result], sort_keys=True).encode()).hexdigest()


def _forget_the_oldest() -> None:
    entries = list(FOLDER.iterdir())
    if len(entries) > MOST:
        for path in sorted(entries, key=lambda path: path.stat().st_mtime)[: MOST // 10]:
            path.unlink(missing_ok=True)

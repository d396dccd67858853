"""What was made once and need not be made again, kept by a hash of all that can change it."""

import hashlib
import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

FOLDER = Path(".cache", "mkdocs_exec")
MOST = 50_000_000  # bytes; the least recently used entries go first


def key(*parts: Any) -> str:
    """Return the name under which something made of these parts is kept.

    A part is bytes, or what JSON can say.
    """
    digest = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else json.dumps(part, sort_keys=True).encode()
        digest.update(hashlib.sha256(data).digest())
    return digest.hexdigest()


def load(name: str) -> Any:
    """Return what is kept under a name, or None if nothing is that is whole."""
    path = FOLDER / f"{name}.json"
    try:
        entry = json.loads(path.read_bytes())
        value = entry["value"]
        if entry["check"] != key(name, value):
            return None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    with suppress(OSError):  # a store that cannot be written can still be read
        os.utime(path)
    return value


def save(name: str, value: Any) -> None:
    """Keep a value, whole or not at all; where nothing can be written, it is made again."""
    with suppress(OSError):
        FOLDER.mkdir(parents=True, exist_ok=True)
        handle, path = tempfile.mkstemp(dir=FOLDER, suffix=".new")
        try:
            with open(handle, "w", encoding="utf-8") as file:
                json.dump({"check": key(name, value), "value": value}, file)
            os.replace(path, FOLDER / f"{name}.json")
        except BaseException:
            os.unlink(path)
            raise


def forget(name: str) -> None:
    """Drop what is kept under a name, if there is anything."""
    with suppress(OSError):
        (FOLDER / f"{name}.json").unlink(missing_ok=True)


def trim() -> None:
    """Drop the least recently used entries, and what killed builds began, past MOST bytes."""
    with suppress(OSError):
        entries = [(path.stat(), path) for path in FOLDER.iterdir()]
        size = sum(status.st_size for status, _ in entries)
        for status, path in sorted(entries, key=lambda entry: entry[0].st_mtime):
            if size <= MOST:
                break
            path.unlink(missing_ok=True)
            size -= status.st_size

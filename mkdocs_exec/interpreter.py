"""Which Python runs the programs; that Python runs this file too, so it imports nothing of ours."""

import functools
import importlib.metadata
import json
import multiprocessing
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
from contextlib import suppress
from dataclasses import dataclass

VARIABLE = "MKDOCS_EXEC_PYTHON"
PACKAGES = ("distributed",)  # those that a fence may need


@dataclass(frozen=True)
class Interpreter:
    """A Python, and all about it that can change what a program prints."""

    path: str
    version: str
    version_info: tuple[int, int]
    platform: str
    cores: int
    start_methods: tuple[str, ...]  # the default one first
    folders: tuple[str, ...]  # where its library lies
    packages: tuple[str, ...]  # those of PACKAGES that it has, as name==version


def describe() -> dict:
    """Describe the Python that executes this function."""
    places = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    return {
        "path": sys.executable,
        "version": f"{platform.python_implementation()} {sys.version}",
        "version_info": sys.version_info[:2],
        "platform": platform.platform(),
        "cores": os.cpu_count() or 1,
        # get_start_method() would settle the method of the calling process
        "start_methods": tuple(multiprocessing.get_all_start_methods()),
        "packages": tuple(_installed()),
        # the inner ones first, and always in one order: the store's key covers them
        "folders": tuple(sorted(places, key=lambda place: (-len(place), place))),
    }


def _installed():
    for name in PACKAGES:
        with suppress(importlib.metadata.PackageNotFoundError):
            yield f"{name}=={importlib.metadata.version(name)}"


@functools.cache
def chosen() -> Interpreter:
    """Return the Python that builds, or the one that MKDOCS_EXEC_PYTHON names.

    Raises OSError if that one cannot be started.
    """
    name = os.environ.get(VARIABLE)
    if not name:
        return Interpreter(**describe())
    try:
        words = [shutil.which(name) or name, "-I", __file__]
        done = subprocess.run(words, capture_output=True, text=True, check=True)
        about = json.loads(done.stdout)
    except (OSError, subprocess.CalledProcessError, ValueError) as error:
        raise OSError(f"{VARIABLE}={name!r} is not a Python that starts: {error}") from error
    # JSON knows no tuples
    return Interpreter(**{k: tuple(v) if isinstance(v, list) else v for k, v in about.items()})


if __name__ == "__main__":
    print(json.dumps(describe()))

"""The commands of the last chapter, and what its programs leave running."""

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from mkdocs_exec import interpreter, leftovers

pytest.importorskip("distributed", reason="the group `beyond` of pyproject.toml is not installed")

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/beyond_one_machine.md").read_text("utf-8")
PROGRAMS = ROOT / "snippets/beyond_one_machine"
TIMEOUT = 120


@pytest.fixture
def place(tmp_path):
    yield tmp_path
    leftovers.end(tmp_path)


def environment(place):
    path = os.pathsep.join([str(Path(sys.executable).parent), os.defpath])
    return {"HOME": str(place), "TMPDIR": str(place), "PATH": path}


def test_the_commands_of_the_page_give_the_output_of_the_page(place):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    block = re.search(r"```console\n(.*?)```", PAGE, re.DOTALL)[1]
    *servers, program = [line.removeprefix("$ ") for line in block.strip().splitlines()]
    assert len(servers) == 3
    shutil.copy(PROGRAMS / "same_tools.py", place)
    options = {"cwd": place, "env": environment(place), "stderr": subprocess.DEVNULL}
    for command in servers:
        subprocess.Popen(command.replace("8786", port).split(), **options)
    done = subprocess.run(
        program.replace("8786", port).split(),
        stdout=subprocess.PIPE,
        text=True,
        timeout=TIMEOUT,
        **options,
    )
    assert done.stdout == re.search(r"\$ python same_tools.py\n(.*?)```", PAGE, re.DOTALL)[1]


@pytest.mark.parametrize("program", sorted(path.name for path in PROGRAMS.glob("*.py")))
def test_a_program_leaves_no_process_behind(program, place):
    shutil.copy(PROGRAMS / program, place)
    words = [sys.executable, program]
    subprocess.run(words, cwd=place, env=environment(place), timeout=TIMEOUT, check=True)
    alive = [each for each in psutil.process_iter() if leftovers._belongs(each, place, 0, 0)]
    # the helpers of multiprocessing end when their program has, and need a moment for it
    _, left = psutil.wait_procs(alive, timeout=30)
    assert not left


def test_a_python_without_dask_is_told_what_to_install(place):
    words = [interpreter.chosen().path, "-S", str(PROGRAMS / "same_tools.py")]
    done = subprocess.run(words, capture_output=True, text=True, timeout=TIMEOUT)
    assert done.returncode == 1
    assert "pip install distributed" in done.stderr

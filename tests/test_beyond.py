"""The commands of the last chapter, and what its programs leave running."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from mkdocs_exec import interpreter, leftovers

pytest.importorskip("distributed", reason="the group `beyond` of pyproject.toml is not installed")

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/beyond_one_machine.md").read_text("utf-8")
PROGRAMS = ROOT / "snippets/beyond_one_machine"
TIMEOUT = 300  # seconds, of what is to end at all: on a busy machine Dask needs a minute to start
ERRORS = {"CancelledError", "FutureCancelledError", "FuturesCancelledError"}


@pytest.fixture
def place(tmp_path):
    yield tmp_path
    leftovers.end(tmp_path)


@pytest.fixture
def two_hosts():
    """Two network namespaces with a cable between them; yields their names and addresses."""
    if sys.platform != "linux" or not shutil.which("ip"):
        pytest.skip("network namespaces need Linux and its command `ip`")
    ident = f"{os.getpid():x}"
    hosts = {f"beyond-{ident}-{end}": f"10.213.{os.getpid() % 256}.{end}" for end in (1, 2)}
    one, two = hosts
    steps = [f"ip netns add {one}", f"ip netns add {two}"]
    steps += [f"ip -n {one} link add v{ident}a type veth peer name v{ident}b netns {two}"]
    for (host, address), end in zip(hosts.items(), "ab", strict=True):
        steps += [f"ip -n {host} addr add {address}/24 dev v{ident}{end}"]
        steps += [f"ip -n {host} link set {device} up" for device in ("lo", f"v{ident}{end}")]
    try:
        for step in steps:
            done = subprocess.run(step.split(), capture_output=True, text=True, timeout=TIMEOUT)
            if done.returncode:
                pytest.skip(f"network namespaces are out of reach: `{step}`: {done.stderr.strip()}")
        yield hosts
    finally:
        for host in hosts:
            pids = subprocess.run(
                ["ip", "netns", "pids", host], capture_output=True, text=True, timeout=TIMEOUT
            ).stdout
            for pid in pids.split():
                with suppress(ProcessLookupError):
                    os.kill(int(pid), signal.SIGKILL)
            subprocess.run(
                ["ip", "netns", "delete", host], capture_output=True, timeout=TIMEOUT, check=False
            )


def environment(place):
    path = os.pathsep.join([str(Path(sys.executable).parent), os.defpath])
    lease = {"DASK_DISTRIBUTED__SCHEDULER__LOCKS__LEASE_TIMEOUT": "2s"}  # as the page says
    return {"HOME": str(place), "TMPDIR": str(place), "PATH": path} | lease


def test_the_commands_of_the_page_give_the_outputs_of_the_page(place):
    _, address = start(place)
    for command in commands()[3:]:
        words = command.replace("tcp://127.0.0.1:8786", address).split()
        shutil.copy(PROGRAMS / words[1], place)
        done = subprocess.run(
            words,
            cwd=place,
            env=environment(place),
            stdout=subprocess.PIPE,
            text=True,
            timeout=TIMEOUT,
        )
        assert done.stdout == shown(words[1])


def shown(program):
    """Return what the page says that a program prints without an address."""
    return re.search(rf"\$ python {program}\n(.*?)```", PAGE, re.DOTALL)[1]


def commands():
    """Return those that the page shows: a scheduler, two workers, two programs."""
    blocks = "".join(re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL))
    return [line.removeprefix("$ ") for line in blocks.strip().splitlines()]


def processes(place):
    """Return what runs on behalf of a test, whoever its parent is."""
    return [each for each in psutil.process_iter() if leftovers._belongs(each, place, 0)]


def start(place, host="127.0.0.1", within=((), (), ())):
    """Start the page's servers, each within a network namespace; return them and the address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"{host}:{free.getsockname()[1]}"
    port = address.rpartition(":")[2]
    options = {"cwd": place, "env": environment(place), "stderr": subprocess.DEVNULL}
    servers = []
    for command, prefix in zip(commands()[:3], within, strict=True):
        command = command.replace("127.0.0.1", host).replace("8786", port)
        path = environment(place)["PATH"]
        words = command.split()
        words[0] = shutil.which(words[0], path=path)
        servers.append(subprocess.Popen([*prefix, *words], **options))
    return servers, f"tcp://{address}"


def test_two_hosts_give_the_output_of_the_page(place, two_hosts):
    one, two = two_hosts
    inside = {host: ("ip", "netns", "exec", host) for host in two_hosts}
    where = [inside[one], inside[one], inside[two]]
    _, address = start(place, two_hosts[one], where)
    shutil.copy(PROGRAMS / "same_tools.py", place)
    ask = (
        "import sys; from distributed import Client; client = Client(sys.argv[1]); "
        "client.wait_for_workers(2, 60); print(*client.scheduler_info()['workers'])"
    )
    options = {"cwd": place, "env": environment(place), "timeout": TIMEOUT, "text": True}
    known = subprocess.run(
        [*inside[two], sys.executable, "-c", ask, address], stdout=subprocess.PIPE, **options
    ).stdout
    assert sorted(re.findall(r"//([.\d]+):", known)) == sorted(two_hosts.values())
    done = subprocess.run(
        [*inside[two], sys.executable, "same_tools.py", address],
        stdout=subprocess.PIPE,
        **options,
    )
    assert done.stdout == shown("same_tools.py")


WAITS = """
import sys
from distributed import Client, Queue
with Client(sys.argv[1], timeout=60) as client:
    client.wait_for_workers(2, 60)
    jobs = Queue("jobs")
    jobs.put("wash")
    waits = client.submit(lambda: jobs.get() and Queue("none").get())
    while jobs.qsize():
        pass
    print("waits", flush=True)
    try:
        print(waits.result(timeout=60))
    except BaseException as error:
        print(type(error).__name__)
"""


def test_what_a_killed_scheduler_kept_is_lost_and_no_process_is_left(place):
    (scheduler, *workers), address = start(place)
    client = subprocess.Popen(
        [sys.executable, "-c", WAITS, address],
        cwd=place,
        env=environment(place),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert client.stdout.readline() == "waits\n"
    before = processes(place)
    assert len(before) >= 4
    scheduler.kill()
    # the client is told, it does not wait for ever
    assert client.communicate(timeout=TIMEOUT)[0].strip() in ERRORS
    # nobody ends the workers but they themselves
    for worker in workers:
        worker.wait(TIMEOUT)
    _, left = psutil.wait_procs(processes(place), timeout=30)
    assert not left


def test_workers_end_with_sigterm_and_leave_nothing(place):
    servers, address = start(place)
    ask = "import sys; from distributed import Client; Client(sys.argv[1]).wait_for_workers(2, 60)"
    subprocess.run(
        [sys.executable, "-c", ask, address],
        cwd=place,
        env=environment(place),
        timeout=TIMEOUT,
        check=True,
    )
    for server in reversed(servers):
        server.terminate()
        server.wait(TIMEOUT)
    _, left = psutil.wait_procs(processes(place), timeout=30)
    assert not left


@pytest.mark.parametrize("program", sorted(path.name for path in PROGRAMS.glob("*.py")))
def test_a_program_leaves_no_process_behind(program, place):
    shutil.copy(PROGRAMS / program, place)
    words = [sys.executable, program]
    subprocess.run(words, cwd=place, env=environment(place), timeout=TIMEOUT, check=True)
    # the helpers of multiprocessing end when their program has, and need a moment for it
    _, left = psutil.wait_procs(processes(place), timeout=30)
    assert not left


def test_a_python_without_dask_is_told_what_to_install(place):
    words = [interpreter.chosen().path, "-S", str(PROGRAMS / "same_tools.py")]
    done = subprocess.run(words, capture_output=True, text=True, timeout=TIMEOUT)
    assert done.returncode == 1
    assert "pip install distributed" in done.stderr

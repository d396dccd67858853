"""Recorded runs: what is written down, that it changes nothing, and how it is drawn."""

import gzip
import json
import os
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import combinations, pairwise

import pytest
import stress

from mkdocs_exec import interpreter, runner, schedule, session, timeline
from mkdocs_exec.runner import RunError
from mkdocs_exec.session import SnippetError

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pages are only built on POSIX")

METHODS = interpreter.chosen().start_methods
# by program: one may stand on two pages
DRAWN = {
    wanted.file: wanted
    for page in sorted(schedule.PAGES.glob("*.md"))
    for wanted in stress.sessions(page)
    if wanted.recorded
}
SVG = "{http://www.w3.org/2000/svg}"


def record(program: str, method: str = "", line: str = "python x.py") -> runner.Result:
    command = replace(session.command(line, "x.py"), record=True)
    return runner.run(program.encode(), "x.py", command, interpreter.chosen(), 60, method)


def recorded(program: str, method: str = "") -> timeline.Timeline:
    result = record(program, method)
    return timeline.read(result.events, result.returncode)


def drawn(program: str, method: str = "") -> str:
    return timeline.figure(recorded(program, method), "python x.py", "it")


# --- recording --------------------------------------------------------------------------------

LOCKS = """
from multiprocessing import Barrier, Lock, Process, RLock

def work(mine, again, together):
    together.wait()
    for _ in range(3):
        with mine:
            with again, again:
                pass
    if mine.acquire(timeout=60):
        mine.release()

if __name__ == "__main__":
    lock, rlock, together = Lock(), RLock(), Barrier(3)
    children = [Process(target=work, args=(lock, rlock, together)) for _ in range(3)]
    for child in children:
        child.start()
    for child in children:
        child.join()
"""


@pytest.mark.parametrize("method", METHODS)
def test_locks_are_known_by_the_creators_name_and_held_by_one_at_a_time(method):
    run = recorded(LOCKS, method)
    assert [lane.name for lane in run.lanes] == ["parent", "child 1", "child 2", "child 3"]
    assert {lane.ending for lane in run.lanes} == {"exit 0"}
    assert {lane.does for lane in run.lanes[1:]} == {"work"}
    assert run.start_methods == (method,)
    # a lock that is taken twice by its holder is held once
    assert {span.name: len(run.spans("hold", span.name)) for span in run.spans("hold")} == {
        "lock": 12,
        "rlock": 9,
    }
    for name in ("lock", "rlock"):
        assert all(a.end <= b.start for a, b in pairwise(run.spans("hold", name)))
    assert {span.name for span in run.spans("wait")} >= {"child 1", "together"}
    assert sorted(link.target.name for link in run.links if link.kind == "start") == [
        "child 1",
        "child 2",
        "child 3",
    ]


KILLED = """
import os, signal, time
from multiprocessing import Event, Lock, Process

def work(lock, at_work):
    with lock:
        at_work.set()
        time.sleep(60)

if __name__ == "__main__":
    lock, at_work = Lock(), Event()
    child = Process(target=work, args=(lock, at_work))
    child.start()
    at_work.wait()
    time.sleep(0.3)
    HOW
    child.join()
    lock.acquire(timeout=0.1)
"""


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("how", "ending"),
    [("child.kill()", "SIGKILL"), ("os.kill(child.pid, signal.SIGTERM)", "SIGTERM")],
)
def test_a_killed_child_leaves_what_it_did(method, how, ending):
    run = recorded(KILLED.replace("HOW", how), method)
    parent, child = run.lanes
    (hold,) = run.spans("hold")
    (gave_up,) = run.spans("acquire")[-1:]
    assert (child.ending, parent.ending) == (ending, "exit 0")
    assert (hold.name, hold.outcome, hold.end) == ("lock", "never released", child.end)
    assert (gave_up.name, gave_up.outcome) == ("lock", "gave up")
    (kill,) = [link for link in run.links if link.kind == "kill"]
    assert (kill.source, kill.target) == (parent, child)
    assert "at_work" in {mark.name for mark in child.marks if mark.kind == "set"}


QUEUES = """
from multiprocessing import JoinableQueue, Pipe, Process, Queue, SimpleQueue

def work(queue, simple, jobs, end):
    queue.put("first")
    simple.put(2)
    jobs.put(None)
    end.send(b"fourth")
    end.send_bytes(b"fifth")

if __name__ == "__main__":
    queue, simple, jobs, (here, there) = Queue(), SimpleQueue(), JoinableQueue(), Pipe()
    child = Process(target=work, args=(queue, simple, jobs, there))
    child.start()
    there.close()
    print(queue.get(), simple.get(), jobs.get(), here.recv(), here.recv_bytes())
    jobs.task_done()
    jobs.join()
    here.close()
    child.join()
"""


@pytest.mark.parametrize("method", METHODS)
def test_transfers_are_paired_by_queue_and_pipe(method):
    result = record(QUEUES, method)
    assert result.output == "first 2 None b'fourth' b'fifth'\n"
    run = timeline.read(result.events, result.returncode)
    parent, child = run.lanes
    got = [(mark.name, mark.value) for mark in parent.marks if mark.kind == "get"]
    assert got == [
        ("queue", "'first'"),
        ("simple", "2"),
        ("jobs", "None"),
        ("here", "b'fourth'"),
        ("here", "b'fifth'"),
    ]
    sent = [link for link in run.links if link.kind == "send"]
    assert [(link.source, link.target) for link in sent] == [(child, parent)] * 5
    assert all(link.at <= link.to for link in sent)


MANAGER = """
from multiprocessing import Manager, Process

def work(stock, lock):
    with lock:
        stock[0] = stock[0] - 1

if __name__ == "__main__":
    with Manager() as manager:
        stock, lock = manager.list([9]), manager.Lock()
        children = [Process(target=work, args=(stock, lock)) for _ in range(2)]
        for child in children:
            child.start()
        for child in children:
            child.join()
"""


@pytest.mark.parametrize("method", METHODS)
def test_calls_of_a_manager_are_told_with_their_values(method):
    run = recorded(MANAGER, method)
    assert [lane.name for lane in run.lanes] == ["parent", "manager", "child 1", "child 2"]
    calls = sorted(
        (mark.at, mark.kind, mark.value) for lane in run.lanes[2:] for mark in lane.marks
    )
    assert [call[1:] for call in calls] == [
        ("read", "9"),
        ("write", "8"),
        ("read", "8"),
        ("write", "7"),
    ]
    first, second = run.spans("hold", "lock")
    assert first.end <= second.start


def test_an_item_in_the_pipe_keeps_the_child_until_it_is_read():
    text = schedule.read("queues/join_before_drain.py").decode()
    for method in METHODS:
        run = recorded(text, method)
        (sending,) = run.spans("send")
        (joining,) = [span for span in run.spans("wait") if span.outcome == "gave up"]
        assert joining.end < sending.end <= run.lanes[1].end


def test_a_deadlock_is_two_waits_that_never_end():
    text = schedule.read("mutex/deadlock_opposite_order.py").decode()
    text = text.replace("acquire(timeout=0.3)", "acquire()").replace("Barrier(2)", "Barrier(3)")
    # both hold their first lock when the parent passes the barrier
    text += "        child.kill()\n        child.join()\n"
    text = text.replace("        child.join()\n", "        child.join(2)\n", 1)
    text = text.replace("child.start()\n", "child.start()\n    together.wait()\n")
    for method in METHODS:
        run = recorded(text, method)
        waits = [span for span in run.spans("acquire") if span.outcome == "never ended"]
        assert sorted(span.name for span in waits) == ["left", "right"]
        assert {lane.ending for lane in run.lanes[1:]} == {"SIGKILL"}


@pytest.mark.parametrize("file", DRAWN)
def test_recording_changes_no_output_under_any_start_method(file):
    wanted = DRAWN[file]
    program, command = schedule.read(wanted.file), wanted.recorded
    for method in METHODS:
        result = schedule.run_now(wanted, command, program, method)
        schedule.check(wanted, command, result)
        # what is stored and read again is what was drawn
        assert json.loads(json.dumps(result.events)) == result.events


def test_a_program_sees_the_usual_descriptors_and_an_empty_folder():
    look = "import os, sys; print(os.listdir(), os.open('/', 0), 'threading' in sys.modules)"
    plain = runner.run(
        look.encode(), "x.py", session.command("python x.py", "x.py"), interpreter.chosen(), 60
    )
    assert record(look).output == plain.output
    assert plain.events is None


@pytest.mark.parametrize(
    ("line", "program", "mend"),
    [
        ("python -I x.py", "", "without -I"),
        (
            "python x.py",
            "from multiprocessing import Lock\nlock = Lock()\nwhile True:\n  with lock: break\n"
            "for _ in range(2000):\n  with lock: pass\n",
            "let the program do less",
        ),
    ],
)
def test_a_run_that_cannot_be_drawn_is_refused_with_its_mend(line, program, mend):
    with pytest.raises(RunError, match=mend):
        record(program, line=line)


@pytest.mark.parametrize("value", ["off", "0", "2", "-1"])
def test_a_timeline_of_no_command_is_refused(value):
    with pytest.raises(SnippetError, match="from 1 to 1"):
        session.parse({"file": "a/x.py", "timeline": value}, "$ python x.py\n")


def test_a_recorded_run_is_kept_apart_from_a_plain_one():
    wanted = session.parse({"file": "a/x.py", "timeline": "on"}, "$ python x.py\n")
    plain, recorded = (schedule._key(wanted, each, b"") for each in wanted.runs)
    assert plain != recorded


# --- drawing ----------------------------------------------------------------------------------


def events(*rows: tuple) -> list[list]:
    """Make events of (milliseconds, process, operation, object, details…)."""
    whole = [(0, 1, "program", None, "3.x"), *rows]
    return [[round(at * 1e6), pid, 0, operation, *rest] for at, pid, operation, *rest in whole]


MADE_UP = events(
    (0, 1, "name", "k", "<lock>"),
    (0, 1, "start(", None),
    (10, 1, "start)", None, [2, "Process-1", "work", True, "spawn"]),
    (11, 1, "start(", None),
    (20, 1, "start)", None, [3, "Ada & Co", "run", False, "spawn"]),
    (30, 2, "begin", None),
    (31, 3, "begin", None),
    (40, 2, "acquire(", "k"),
    (40, 2, "acquire)", "k", True),
    (50, 3, "acquire(", "k"),
    (60, 2, "meet(", "b"),
    (80, 2, "meet)", "b", None),
    (90, 2, "release", "k"),
    (91, 3, "acquire)", "k", True),
    (95, 1, "kill", 3, 15),
    (96, 1, "reaped", 3, -15),
    (99, 2, "end", None, 1),
    (100, 1, "end", None),
)


def test_events_become_what_each_process_did():
    run = timeline.read(MADE_UP, 0)
    parent, one, two = run.lanes
    assert (parent.name, one.name, two.name) == ("parent", "child 1", "Ada & Co")
    assert (parent.ending, one.ending, two.ending) == ("exit 0", "exit 1", "SIGTERM")
    assert one.does == "work, daemon"
    assert [(s.start, s.end, s.outcome) for s in run.spans("hold", "<lock>")] == [
        (40, 90, ""),
        (91, 95, "never released"),
    ]
    assert [(s.start, s.end, s.name) for s in run.spans("acquire")] == [(50, 91, "<lock>")]
    assert run.end == 100


def test_a_figure_is_xml_with_a_title_a_description_and_every_fact_in_a_table():
    figure = ET.fromstring(timeline.figure(timeline.read(MADE_UP, 0), "python x.py <a>", "it"))
    svg = figure.find(f".//{SVG}svg")
    ids = [each.get("id") for each in figure.iter() if each.get("id")]
    assert len(ids) == len(set(ids)) and all(each.startswith("it") for each in ids)
    assert svg.get("role") == "img"
    named = [svg.find(f".//*[@id='{each}']") for each in svg.get("aria-labelledby").split()]
    assert "python x.py <a>: 3 processes in 0.10 s" in named[0].text
    assert "Ada & Co, run: 31 to 95 ms, SIGTERM" in named[1].text
    scroll = figure.find("div")
    assert (scroll.get("tabindex"), scroll.get("role")) == ("0", "region")
    assert "python x.py <a>" in scroll.get("aria-label")
    rows = [[cell.text or "" for cell in row] for row in figure.findall("details/table/tbody/tr")]
    assert ["40.0", "90.0", "child 1", "holds <lock>"] in rows
    assert ["50.0", "91.0", "Ada & Co", "waits for <lock>"] in rows
    assert ["95.0", "", "Ada & Co", "ends: SIGTERM"] in rows
    assert "spawn" in "".join(figure.find("figcaption").itertext())


def test_what_waits_is_hatched_and_what_holds_is_not():
    figure = ET.fromstring(timeline.figure(timeline.read(MADE_UP, 0), "python x.py", "it"))
    bars = {rect.get("class"): rect.get("fill") for rect in figure.iter(f"{SVG}rect")}
    patterns = {pattern.get("id") for pattern in figure.iter(f"{SVG}pattern")}
    assert bars["gantt-acquire gantt-a"] == "url(#it-a)" and "it-a" in patterns
    assert bars["gantt-hold gantt-a"] is None


def test_bars_of_a_lane_overlap_nowhere_and_stay_in_the_picture():
    made_up = timeline.figure(timeline.read(MADE_UP, 0), "python x.py", "it")
    for each in (made_up, *map(drawn, (LOCKS, QUEUES, MANAGER))):
        figure = ET.fromstring(each)
        svg = figure.find(f".//{SVG}svg")
        width, height = map(float, svg.get("viewBox").split()[2:])
        bars = []
        for rect in svg.iter(f"{SVG}rect"):
            x, y, w, h = (float(rect.get(each)) for each in ("x", "y", "width", "height"))
            assert x >= 0 and y >= 0 and x + w <= width and y + h <= height
            if "gantt-life" not in rect.get("class") and "gantt-starting" not in rect.get("class"):
                bars.append((x, y, w))
        # a bar has a least width, so that very short ones may touch the next
        for one, other in combinations(bars, 2):
            near = one[1] == other[1] and one[2] > 2 and other[2] > 2
            assert (
                not near or one[0] + one[2] <= other[0] + 0.2 or other[0] + other[2] <= one[0] + 0.2
            )


@pytest.mark.parametrize("file", DRAWN)
def test_a_figure_is_small(file):
    wanted = DRAWN[file]
    outcome = schedule.outcome(wanted)
    run = timeline.read(outcome.recorded.events, outcome.recorded.returncode)
    figure = timeline.figure(run, wanted.recorded.line, "it")
    assert len(gzip.compress(figure.encode())) < 5_000
    assert "<script" not in figure
    ET.fromstring(figure)

"""A recorded run to a picture: events to a timeline, a timeline to HTML. Nothing here runs."""

import ast
import functools
import signal
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count, zip_longest
from pathlib import Path

import jinja2

LIMIT = 500  # events; a figure of a few kilobytes has room for no more

_TRANSFERS = {"put": "puts", "send": "sends", "get": "gets", "recv": "receives"}


class TimelineError(ValueError):
    """A run cannot be drawn; the text says why and how to mend it."""


@dataclass(frozen=True)
class Span:
    """What a process did from one moment to another, in milliseconds of the timeline."""

    kind: str  # hold, acquire, wait, send, sleep, starting or ending
    start: float
    end: float
    name: str  # of the lock, queue or process that it is about, as the program calls it
    text: str  # in words, for the table
    outcome: str = ""  # "gave up", or "never ended": the process ended first


@dataclass(frozen=True)
class Mark:
    """What a process did at one moment: handed something over, asked a manager, set an event."""

    kind: str  # put, get, read, write, call or set
    at: float
    name: str
    text: str
    value: str = ""


@dataclass
class Lane:
    """A process: parent, or child with a number in the order of its start."""

    pid: int
    name: str
    does: str = ""  # the function that it was started for
    creator: "Lane | None" = None
    asked: float = 0.0  # start() was called
    start: float = 0.0
    end: float = 0.0
    ending: str = ""  # "exit 0", "SIGTERM"; "" if it was still running
    spans: list[Span] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)


@dataclass(frozen=True)
class Link:
    """What one process did to another: started, woke or killed it, or passed something on."""

    kind: str  # start, set, send or kill
    source: Lane
    at: float
    target: Lane
    to: float


@dataclass
class Timeline:
    """A recorded run; milliseconds count from the first call that was recorded."""

    python: str
    start_methods: tuple[str, ...]
    lanes: list[Lane]
    links: list[Link]
    end: float

    def spans(self, kind: str, name: str = "") -> list[Span]:
        """Return what all processes did of a kind, of one lock if it is named, in order."""
        found = [span for lane in self.lanes for span in lane.spans if span.kind == kind]
        return sorted(
            (span for span in found if name in ("", span.name)), key=lambda span: span.start
        )


# --- events -----------------------------------------------------------------------------------


def parse(recorded: str) -> list[list]:
    """Return the events of a record in order of time, fit for JSON.

    Each is nanoseconds, process, thread, operation, object and details. Raises TimelineError for
    an empty record, and for one past LIMIT.
    """
    lines = recorded.splitlines()
    if not lines:
        raise TimelineError(
            "nothing was recorded; without -I, -E and -S in its command line, "
            "the recorder is found by the program's Python"
        )
    if len(lines) > LIMIT:
        raise TimelineError(
            f"it left {len(lines):,} events or more, and a timeline has room for {LIMIT}; "
            "let the program do less, or take timeline=… out of the fence"
        )
    events = [list(ast.literal_eval(line)) for line in lines]
    for event in events:
        event[5:] = [list(each) if isinstance(each, tuple) else each for each in event[5:]]
    return sorted(events, key=lambda event: event[0])


def read(events: Sequence[Sequence], returncode: int) -> Timeline:
    """Make a timeline of the events of a run that ended with this exit code."""
    return _Reader(events, returncode).timeline


class _Reader:
    def __init__(self, events: Sequence[Sequence], returncode: int) -> None:
        main, python = next((e[1], e[5]) for e in events if e[3] == "program")
        told = [e for e in events if e[3] not in ("program", "name", "pipe")]
        self.zero = told[0][0] if told else events[0][0]
        self.last = max(self.ms(e[0]) for e in events if e[1] == main)
        self.names, self.peers = {}, {}
        self.lanes = {main: Lane(main, "parent")}
        self.lanes[main].ending = _ending(returncode)
        self.methods: dict[str, None] = {}
        self.links: list[Link] = []
        self.exits: dict[int, int] = {}
        self._meet_processes(events)
        for event in events:
            if event[3] == "name":
                self.names.setdefault(event[4], event[5])
            elif event[3] == "pipe":
                self.peers.update({event[4]: event[5], event[5]: event[4]})
        events = [event for event in events if event[1] in self.lanes]
        self._end_processes(events, main)
        self._read_calls(events)
        self._read_locks(events)
        self._read_transfers(events)
        lanes = sorted(self.lanes.values(), key=lambda lane: (lane.pid != main, lane.asked))
        for lane in lanes:
            lane.spans.sort(key=lambda span: (span.start, -span.end))
            lane.marks.sort(key=lambda mark: mark.at)
        end = max(lane.end for lane in lanes)
        self.timeline = Timeline(python, tuple(self.methods), lanes, self.links, end)

    def ms(self, nanoseconds: int) -> float:
        return (nanoseconds - self.zero) / 1e6

    def name(self, key: str, otherwise: str) -> str:
        return self.names.get(key, otherwise)

    def _meet_processes(self, events: Sequence[Sequence]) -> None:
        asked, numbers = {}, defaultdict(lambda: count(1))
        for time, pid, _, operation, _, *details in events:
            if operation == "start(":
                asked[pid] = self.ms(time)
            elif operation == "start)" and isinstance(details[0], list):
                child, name, does, daemon, method = details[0]
                self.methods[method] = None
                lane = Lane(child, name, does, self.lanes.get(pid), asked[pid], self.ms(time))
                if "Manager" in name:
                    lane.name, lane.does = "manager", ""
                elif name.startswith("Process-"):  # what it is called by default
                    above = pid in self.lanes and self.lanes[pid].name
                    number = next(numbers[pid])
                    nested = above and above.startswith("child ")
                    lane.name = f"{above}.{number}" if nested else f"child {number}"
                    lane.does += ", daemon" if daemon else ""
                self.lanes[child] = lane

    def _end_processes(self, events: Sequence[Sequence], main: int) -> None:
        killed, reaped, ends = {}, {}, {}
        for time, pid, _, operation, key, *details in events:
            at = self.ms(time)
            if operation == "begin":
                lane = self.lanes[pid]
                lane.start = at
                if lane.creator:
                    self.links.append(Link("start", lane.creator, lane.asked, lane, at))
            elif operation == "end":
                ends[pid] = at
                if details and details[0] is not None:
                    self.exits[pid] = details[0]
            elif operation == "kill" and key in self.lanes:
                killed[key] = (at, details[0], pid)
            elif operation == "reaped":
                reaped[key] = (at, details[0])
        for pid, lane in self.lanes.items():
            code = reaped.get(pid, (0, self.exits.get(pid)))[1]
            if pid == main:
                lane.end = ends.get(pid, self.last)
                continue
            lane.ending = "" if code is None else _ending(code)
            # a killed process cannot tell its end; it came after the signal
            at, number, by = killed.get(pid, (None, 0, 0))
            if code is not None and code < 0 and number == -code:
                lane.end = at
                self.links.append(Link("kill", self.lanes[by], at, lane, at))
            elif pid in ends:
                lane.end = ends[pid]
            else:
                lane.end = reaped[pid][0] if pid in reaped else max(self.last, lane.start)
            lane.end = max(lane.end, lane.start)
            if lane.start > lane.asked:
                text = "is being started"
                lane.spans.append(Span("starting", lane.asked, lane.start, "", text))

    def _read_calls(self, events: Sequence[Sequence]) -> None:
        """Pair the beginnings and ends of calls, thread by thread."""
        opened = {}
        self.calls = []  # (operation, lane, key, start, end or None, details, answer)
        for time, pid, thread, operation, key, *details in events:
            lane, at = self.lanes[pid], self.ms(time)
            if operation.endswith("("):
                opened[pid, thread, operation[:-1], key] = (at, details)
            elif operation.endswith(")"):
                start, about = opened.pop((pid, thread, operation[:-1], key), (at, []))
                answer = details[0] if details else None
                self.calls.append((operation[:-1], lane, key, start, at, about, answer))
            elif operation == "returned" and lane.end > at:
                does = lane.does.partition(",")[0]
                text = f"{does}() has returned" if does else "has run its last line"
                if not any(span.kind == "ending" for span in lane.spans):
                    lane.spans.append(Span("ending", at, lane.end, "", text))
        for (pid, _, operation, key), (at, about) in opened.items():
            lane = self.lanes[pid]
            self.calls.append((operation, lane, key, at, None, about, None))
        self.calls.sort(key=lambda call: call[3])
        sets = [(call[3], call[1], call[2]) for call in self.calls if call[0] == "set"]
        for operation, lane, key, start, end, about, answer in self.calls:
            failed = isinstance(answer, str) and answer.startswith("!")
            if operation == "acquire":
                name = self.name(key, "lock")
                outcome = "gave up" if answer is False or failed else ""
                self._wait(lane, name, f"waits for {name}", start, end, outcome, "acquire")
            elif operation in ("wait", "meet"):
                name = self.name(key, "the others")
                outcome = "gave up" if answer is False or failed else ""
                words = "waits at" if operation == "meet" else "waits for"
                self._wait(lane, name, f"{words} {name}", start, end, outcome)
                if end is not None and not outcome:
                    for at, setter, what in sets:
                        if what == key and start < at <= end and setter is not lane:
                            self.links.append(Link("set", setter, at, lane, end))
            elif operation == "join":
                name = self.lanes[key].name if key in self.lanes else "a process"
                outcome = "" if answer is not None or end is None else "gave up"
                self._wait(lane, name, f"join() waits for {name}", start, end, outcome)
            elif operation == "set":
                name = self.name(key, "an event")
                lane.marks.append(Mark("set", start, name, f"sets {name}"))
            elif operation == "sleep":
                until, outcome = (lane.end, "never ended") if end is None else (end, "")
                lane.spans.append(Span("sleep", start, until, "", f"sleep({about[0]})", outcome))
            elif operation == "poll" and end is not None:
                name = self.name(key, "pipe")
                outcome = "" if answer == "True" else "gave up"
                self._wait(lane, name, f"poll() waits for {name}", start, end, outcome)
            elif operation == "call":
                self._proxy_call(lane, key, start, about, answer)

    def _wait(
        self,
        lane: Lane,
        name: str,
        text: str,
        start: float,
        end: float | None,
        outcome: str,
        kind: str = "wait",
    ) -> None:
        if end is None:
            end, outcome = lane.end, "never ended"
        if end > start:
            lane.spans.append(Span(kind, start, end, name, text, outcome))

    def _proxy_call(self, lane: Lane, key: str, at: float, about: list, answer) -> None:
        name, (method, *values) = self.name(key, "proxy"), about
        if method == "__getitem__":
            kind, value, text = "read", str(answer), f"reads {name}[{values[0]}]: {answer}"
        elif method == "__setitem__":
            kind, value, text = "write", values[1], f"writes {name}[{values[0]}] = {values[1]}"
        else:
            kind, value = "call", f"{method}({', '.join(values)})"
            text = f"calls {name}.{value}"
        lane.marks.append(Mark(kind, at, name, text, value))

    def _read_locks(self, events: Sequence[Sequence]) -> None:
        """Find who held what: from the end of acquire() to release(), whoever calls that."""
        holders = defaultdict(list)  # by lock: [lane, start, how often it has taken it]

        def close(key: str, holder: list, at: float, outcome: str = "") -> None:
            lane, start, _ = holder
            holders[key].remove(holder)
            name = self.name(key, "lock")
            lane.spans.append(Span("hold", start, at, name, f"holds {name}", outcome))

        for time, pid, _, operation, key, *details in events:
            lane, at = self.lanes[pid], self.ms(time)
            own = next((holder for holder in holders[key] if holder[0] is lane), None)
            if operation == "acquire)" and details[0] is True:
                if own:
                    own[2] += 1
                else:
                    holders[key].append([lane, at, 1])
            elif operation == "release" and holders[key]:
                holder = own or holders[key][0]
                holder[2] -= 1
                if not holder[2]:
                    close(key, holder, at)
        for key, left in list(holders.items()):
            for holder in list(left):
                close(key, holder, max(holder[0].end, holder[1]), "never released")

    def _read_transfers(self, events: Sequence[Sequence]) -> None:
        """Pair what went into a pipe with what came out, in order."""
        sent, received = defaultdict(list), defaultdict(list)
        queues = {call[2] for call in self.calls if call[0] in ("put", "get")}
        fed = {call[2] for call in self.calls if call[0] == "feed"}
        for operation, lane, key, start, end, about, answer in self.calls:
            failed = isinstance(answer, str) and answer.startswith("!")
            name = self.name(key, "queue" if key in queues else "pipe")
            if operation in ("put", "send", "feed"):
                through = self.peers.get(key, key)
                if operation == "feed":
                    text = f"the queue's thread sends {about[0]:,} bytes"
                else:
                    text = f"{_TRANSFERS[operation]} {about[0]}"
                    lane.marks.append(Mark("put", start, name, text, about[0]))
                if not failed and (operation != "put" or key not in fed):
                    sent[through].append((lane, start if end is None else end))
                waits = "send" if operation == "feed" else "wait"
                until, outcome = (lane.end, "never ended") if end is None else (end, "")
                if until > start and (operation != "put" or key not in fed):
                    outcome = "gave up" if failed else outcome
                    words = f"{operation}() waits" if operation != "feed" else text
                    lane.spans.append(Span(waits, start, until, name, words, outcome))
            elif operation in ("get", "recv"):
                outcome = f"{answer[1:]}" if failed else ""
                words = f"{operation}() waits"
                self._wait(lane, name, words, start, end, outcome)
                if end is not None and not failed:
                    received[key].append((lane, end))
                    text = f"{_TRANSFERS[operation]} {answer}"
                    lane.marks.append(Mark("get", end, name, text, str(answer)))
        for key, ends in received.items():
            into = sorted(sent[key], key=lambda each: each[1])
            out = sorted(ends, key=lambda each: each[1])
            for (source, at), (target, to) in zip(into, out, strict=False):
                if source is not target:
                    self.links.append(Link("send", source, min(at, to), target, to))


def _ending(code: int) -> str:
    if code >= 0:
        return f"exit {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


# --- drawing ----------------------------------------------------------------------------------

# In units of the drawing; site.css gives it at least as many pixels.
WIDTH, LEFT, RIGHT = 680, 88, 80
BAR, MARKS, PAD, GAP, AXIS = 17, 13, 4, 7, 20
LETTER = 5.8  # a letter's width
SHORT = 0.005  # of the whole; what takes less is no bar of its own

TEMPLATE = Path(__file__).with_name("timeline.html").read_text("utf-8")


@functools.cache
def _template() -> jinja2.Template:
    # only when a timeline is drawn: it takes as long as a page, and most builds draw none
    return jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    ).from_string(TEMPLATE)


def figure(timeline: Timeline, line: str, name: str) -> str:
    """Return the HTML of a timeline of a command line; `name` makes its ids unique on a page."""
    return _template().render(_Drawing(timeline).parts(), line=line, name=name)


class _Drawing:
    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self.lanes = timeline.lanes
        self.locks = list(dict.fromkeys(span.name for span in timeline.spans("hold")))
        self.drawn = {lane.pid: self._spans(lane) for lane in self.lanes}
        self.top: dict[int, float] = {}
        self.tracks: dict[int, list[list[Span]]] = {}
        y = 4.0
        for lane in self.lanes:
            self.tracks[lane.pid] = tracks = self._tracks(lane)
            self.top[lane.pid] = y
            y += self.height(lane, tracks) + GAP
        self.bottom = y - GAP + 4

    def x(self, at: float) -> float:
        return round(LEFT + at / (self.timeline.end or 1) * (WIDTH - LEFT - RIGHT), 1)

    def height(self, lane: Lane, tracks: list) -> float:
        rows = max(1, len(tracks)) * BAR + (MARKS if self._marks(lane) else 0)
        return max(rows + 2 * PAD, 26)

    def _spans(self, lane: Lane) -> list[Span]:
        least = SHORT * self.timeline.end
        long = {"ending": 6 * least, "starting": least}
        spans = [
            span
            for span in lane.spans
            if span.kind == "hold" or span.end - span.start >= long.get(span.kind, least)
        ]
        # asleep with a lock in its hands: the lock is what matters
        held = [span for span in spans if span.kind == "hold"]
        return [
            span
            for span in spans
            if span.kind != "sleep" or not any(h.start <= span.start < h.end for h in held)
        ]

    def _marks(self, lane: Lane) -> list[Mark]:
        marks = [mark for mark in lane.marks if mark.kind != "set"]
        if lane.name == "manager" and not marks:
            asked = [mark for other in self.lanes for mark in other.marks]
            kinds = ("read", "write", "call")
            marks = [Mark("serve", m.at, "", "") for m in asked if m.kind in kinds]
        return marks

    def _tracks(self, lane: Lane) -> list[list[Span]]:
        """Give each span a row in which it overlaps no other."""
        tracks: list[list[Span]] = []
        for span in self.drawn[lane.pid]:
            if span.kind == "starting":
                continue
            for track in tracks:
                if track[-1].end <= span.start:
                    track.append(span)
                    break
            else:
                tracks.append([span])
        return tracks

    def parts(self) -> dict:
        timeline = self.timeline
        kinds = {span.kind for spans in self.drawn.values() for span in spans}
        return {
            "width": WIDTH,
            "height": self.bottom + AXIS,
            "lanes": [self._lane(lane) for lane in self.lanes],
            "links": [self._link(link) for link in timeline.links],
            "ticks": self._ticks(),
            "bottom": self.bottom,
            "held": "hold" in kinds,
            "waited": not kinds.isdisjoint(("acquire", "wait", "send")),
            "colours": sorted({self._colour(s) for spans in self.drawn.values() for s in spans}),
            "python": timeline.python,
            "methods": ", ".join(timeline.start_methods),
            "seconds": f"{timeline.end / 1000:.2f}",
            "lives": [_life(lane) for lane in self.lanes],
            "rows": list(_rows(timeline)),
        }

    def _lane(self, lane: Lane) -> dict:
        top, tracks = self.top[lane.pid], self.tracks[lane.pid]
        height = self.height(lane, tracks)
        start, end = self.x(lane.start), self.x(lane.end)
        starting = next((s for s in self.drawn[lane.pid] if s.kind == "starting"), None)
        return {
            "name": lane.name,
            "does": lane.does,
            "top": top,
            "middle": top + height / 2,
            "height": height,
            "x": start,
            "width": round(max(end - start, 1), 1),
            "end": end,
            "killed": lane.ending.startswith(("SIG", "signal")),
            "ending": lane.ending or "runs on",
            "cut": next((s.text for s in lane.spans if s.outcome == "never ended"), ""),
            "asked": self.x(starting.start) if starting else None,
            "bars": [
                self._bar(span, top + PAD + row * BAR)
                for row, track in enumerate(tracks)
                for span in track
            ],
            "marks": self._placed(self._marks(lane), end, top + height - PAD),
        }

    def _bar(self, span: Span, y: float) -> dict:
        x, end = self.x(span.start), self.x(span.end)
        width = round(max(end - x, 1.5), 1)
        words = [span.text]
        if span.outcome and span.kind in ("acquire", "wait", "send"):
            words = [f"{span.text}: {span.outcome}", span.text, "waits"]
        elif span.kind == "hold":
            words.append(span.name)
        elif span.kind in ("acquire", "wait"):
            words.append("waits")
        label = next((word for word in words if len(word) * LETTER + 6 <= width), "")
        told = f"{span.text}, {span.start:.1f} to {span.end:.1f} ms"
        about = {"kind": span.kind, "colour": self._colour(span), "label": label, "told": told}
        return about | {"x": x, "y": y, "width": width}

    def _colour(self, span: Span) -> str:
        """Return a letter for the lock that a span is about, or for none."""
        if span.kind in ("hold", "acquire"):
            return "b" if span.name in self.locks and self.locks.index(span.name) % 2 else "a"
        return "n"

    def _placed(self, marks: list[Mark], end: float, y: float) -> list[dict]:
        verbs = {"read": "reads ", "write": "writes ", "put": "puts ", "get": "gets "}
        placed, left = [], LEFT
        for mark, following in zip_longest(marks, marks[1:]):
            x = self.x(mark.at)
            right = self.x(following.at) if following else end
            label, anchor = "", "start"
            for word in (verbs.get(mark.kind, "") + mark.value, mark.value):
                if room := [s for s in (right - x, x - left) if len(word) * LETTER + 6 <= s]:
                    label, anchor = word, "start" if room[0] == right - x else "end"
                    break
            placed.append({"x": x, "y": y, "label": label, "anchor": anchor, "told": mark.text})
            left = x + (len(label) * LETTER + 3 if anchor == "start" else 0)
        return placed

    def _link(self, link: Link) -> dict:
        x, to = self.x(link.at), self.x(link.to)
        source, target = self.top[link.source.pid], self.top[link.target.pid]
        down = source < target
        inset = 5
        if down:
            source += self.height(link.source, self.tracks[link.source.pid]) - inset
        else:
            target += self.height(link.target, self.tracks[link.target.pid])
            source += inset
        if link.kind == "start":
            to = x
        elif link.kind == "set":
            x = min(to, self.x(link.source.end))
        return {"kind": link.kind, "x": x, "y": source, "to": to, "end": target, "down": down}

    def _ticks(self) -> list[tuple[float, str]]:
        steps = [size * 10**power for power in range(5) for size in (1, 2, 5)]
        step = next(step for step in steps if self.timeline.end / step <= 8)
        every = range(0, int(self.timeline.end) + 1, step)
        return [(self.x(at), f"{at:,}" if at else "0 ms") for at in every]


def _life(lane: Lane) -> str:
    does = f", {lane.does}" if lane.does else ""
    ending = lane.ending or "still running"
    return f"{lane.name}{does}: {lane.start:.0f} to {lane.end:.0f} ms, {ending}"


def _rows(timeline: Timeline) -> list[tuple]:
    rows = []
    for lane in timeline.lanes:
        if lane.creator:
            rows.append((lane.start, "", lane.name, f"begins: {lane.does or 'serves'}"))
        for span in lane.spans:
            if span.kind in ("hold", "asleep") or span.end - span.start >= 0.1:
                told = f"{span.text}: {span.outcome}" if span.outcome else span.text
                rows.append((span.start, span.end, lane.name, told))
        rows += [(mark.at, "", lane.name, mark.text) for mark in lane.marks]
        ending = lane.ending or "still running"
        rows.append((lane.end, "", lane.name, f"ends: {ending}"))
    ordered = sorted(rows, key=lambda row: row[0])
    return [(f"{a:.1f}", f"{b:.1f}" if b != "" else "", *rest) for a, b, *rest in ordered]

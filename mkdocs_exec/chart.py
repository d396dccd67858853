"""The lines of an output that have a number, as bars: inline SVG and a table, without a script."""

import functools
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter

from jinja2 import Environment, Template

from mkdocs_exec.session import SnippetError

_NUMBER = r"\d[\d,]*(?:\.\d+)?"
_ROW = re.compile(
    rf"(?P<label>[^:]+): (?P<text>(?P<number>{_NUMBER})(?: of (?P<total>{_NUMBER}))?)"
    rf"(?: (?P<unit>[^\W\d_][^()]*?))?"
    rf"(?: \((?P<spread>(?P<low>{_NUMBER}) to (?P<high>{_NUMBER}))\))?"
)
# Lengths across are in percent, so that the letters keep their size on a phone; down, in letters.
_FIGURE = """\
<figure class="chart" data-search-exclude>
<svg role="img" aria-labelledby="{{ ident }}-title {{ ident }}-desc" width="100%" \
height="{{ 3 * rows|length + 1.6 }}em">
<title id="{{ ident }}-title">{{ title }}</title>
<desc id="{{ ident }}-desc">{{ description }}</desc>
{% for x, label, anchor in ticks %}
<line class="chart-tick" x1="{{ x }}%" x2="{{ x }}%" y2="{{ 3 * rows|length }}em"/>
<text x="{{ x }}%" y="{{ 3 * rows|length + 1.2 }}em" text-anchor="{{ anchor }}">{{ label }}</text>
{% endfor %}
{% for row, x, low, high in rows %}
{% set y = 3 * loop.index0 %}
<text y="{{ y + 1.2 }}em">{{ row.label }}</text>
<text x="100%" y="{{ y + 1.2 }}em" text-anchor="end">{{ row.text }}\
{% if row.spread %} ({{ row.spread }}){% endif %}</text>
<rect class="chart-bar" y="{{ y + 1.7 }}em" width="{{ x }}%" height="0.9em"/>
{% if row.spread %}
<line class="chart-spread" x1="{{ low }}%" x2="{{ high }}%" y1="{{ y + 2.15 }}em" \
y2="{{ y + 2.15 }}em"/>
{% for end in (low, high) %}
<line class="chart-spread" x1="{{ end }}%" x2="{{ end }}%" y1="{{ y + 1.8 }}em" \
y2="{{ y + 2.5 }}em"/>
{% endfor %}
{% endif %}
{% endfor %}
</svg>
<figcaption>{{ caption }}</figcaption>
<details><summary>These numbers as a table</summary>
<table>
<thead><tr><th scope="col">Line of the output</th><th scope="col">{{ unit }}</th>\
{% if spread %}<th scope="col">spread</th>{% endif %}</tr></thead>
<tbody>
{% for row, x, low, high in rows %}
<tr><th scope="row">{{ row.label }}</th><td>{{ row.text }}</td>\
{% if spread %}<td>{{ row.spread }}</td>{% endif %}</tr>
{% endfor %}
</tbody></table></details>
</figure>
"""


@dataclass(frozen=True)
class Row:
    """A line of an output that can be drawn: `label: 2.1 unit (1.9 to 2.4)` or `label: 3 of 50`."""

    label: str
    text: str  # the number as it was printed, with its total
    number: float
    total: float | None  # what the number is a part of
    unit: str
    spread: str  # as it was printed, without the brackets
    low: float
    high: float


def rows(output: str) -> Iterator[Row]:
    r"""Yield the rows of an output; a line of any other form is none.

    >>> [(row.label, row.number, row.high) for row in rows("a: 2 ms (1 to 3)\nb: 4 of 9\nc: 1")]
    [('a', 2.0, 3.0), ('b', 4.0, 4.0)]
    """
    for line in output.splitlines():
        found = _ROW.fullmatch(line)
        if found and (found["unit"] or found["total"]):
            number, total, low, high = (
                float(found[name].replace(",", "")) if found[name] else None
                for name in ("number", "total", "low", "high")
            )
            yield Row(
                found["label"],
                found["text"],
                number,
                total,
                found["unit"] or "",
                found["spread"] or "",
                number if low is None else low,
                number if high is None else high,
            )


def figure(kind: str, output: str, name: str, ident: str) -> str:
    """Return the chart of what a program printed, as HTML.

    `kind` is one of session.CHARTS, `ident` begins the ids and is unique on the page. Raises
    SnippetError if the output has no rows, or has some that are not on one scale.
    """
    drawn = list(rows(output))
    _check(kind, drawn, output)
    start, end, ticks = _log_axis(drawn) if kind == "log" else _axis(drawn)

    def place(number: float) -> float:
        """Return where a number lies between the ends of the axis, in percent."""
        log = kind == "log"
        part = math.log(number / start) / math.log(end / start) if log else number / end
        return round(100 * part, 2)

    unit = drawn[0].unit or "number"
    spread = any(row.spread for row in drawn)
    least, most = (pick(drawn, key=attrgetter("number")) for pick in (min, max))
    return _template().render(
        ident=ident,
        title=f"What {name} printed, as bars",
        description=(
            f"{len(drawn)} bars: the shortest for {least.label}, {least.text}, the longest for "
            f"{most.label}, {most.text}. The table that follows has all the numbers."
        ),
        caption=unit
        + ("; each step of the scale is ten times the one before" * (kind == "log"))
        + ("; the thin lines span what stands in brackets" * spread),
        unit=unit,
        spread=spread,
        rows=[(row, place(row.number), place(row.low), place(row.high)) for row in drawn],
        ticks=[(place(tick), f"{tick:,.10g}", _anchor(place(tick))) for tick in ticks],
    )


@functools.cache
def _template() -> Template:
    # only when a chart is drawn: it takes as long as a small page, and most builds draw none
    return Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(_FIGURE)


def _check(kind: str, drawn: list[Row], output: str) -> None:
    if not drawn:
        raise SnippetError(
            f'chart="{kind}": the first output has no line to draw; print lines like '
            f"`label: 2.1 unit (1.9 to 2.4)` or `label: 12 of 50 rounds`. It is:\n{output[:1000]}"
        )
    first = drawn[0]
    for row in drawn:
        if (row.unit, row.total) != (first.unit, first.total):
            raise SnippetError(
                f'chart="{kind}": {row.label!r} and {first.label!r} are not on one scale; print '
                "the same unit and the same total in each line to be drawn, or another form of line"
            )
        if not row.low <= row.number <= row.high <= (row.total or row.high):
            shown = row.text + f" ({row.spread})" * bool(row.spread)
            raise SnippetError(
                f'chart="{kind}": {row.label!r} is {shown}, outside its own bounds; '
                "mend what the program prints"
            )
        if kind == "log" and row.low == 0:
            raise SnippetError(
                f'chart="log": {row.label!r} reaches 0, which has no place on a logarithmic scale; '
                'write chart="bars"'
            )


def _axis(drawn: list[Row]) -> tuple[float, float, list[float]]:
    """Return the ends and the ticks of a scale that begins at 0."""
    end = drawn[0].total or max(row.high for row in drawn) or 1.0
    return 0.0, end, [0.0, end]


def _log_axis(drawn: list[Row]) -> tuple[float, float, list[float]]:
    """Return the ends of a scale on which the shortest bar can be seen, and its powers of ten."""
    start, end = min(row.low for row in drawn) / 2, max(row.high for row in drawn)
    powers = range(math.ceil(math.log10(start)), math.floor(math.log10(end)) + 1)
    return start, end, [10.0**power for power in powers]


def _anchor(x: float) -> str:
    """Return which part of a text to put at a place in percent, so that it is not cut off."""
    return "start" if x < 5 else "end" if x > 90 else "middle"

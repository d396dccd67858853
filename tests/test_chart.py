"""The chart of an output: what is drawn, where, and what must stop it."""

import re
from xml.etree import ElementTree

import pytest
from test_mkdocs_exec import BUILDS, Site, fence

from mkdocs_exec import chart, session
from mkdocs_exec.session import SnippetError

COSTS = """\
Python 3.15.2, 2 cores
Lock: 1.0 times a Lock (0.9 to 1.1)
file: 10.0 times a Lock (9.5 to 12)
disk: 1,000.0 times a Lock (500 to 2,000.5)
a Lock takes 212 ns
"""
COUNTS = "right: 12 of 50 rounds\nwrong: 38 of 50 rounds\nleast total 10384\n"


def drawn(kind: str, output: str) -> ElementTree.Element:
    """Return a chart as a tree, which also shows that its markup is well formed."""
    html = chart.figure(kind, output, "x.py", "chart-1")
    return ElementTree.fromstring(html.replace(" data-search-exclude", ""))


def percent(tree: ElementTree.Element, selector: str, attribute: str) -> list[float]:
    return [float(found.get(attribute).removesuffix("%")) for found in tree.iterfind(selector)]


@pytest.mark.parametrize(
    "line, row",
    [
        ("file: 3.1 times a copy", ("file", 3.1, None, "times a copy", 3.1, 3.1)),
        ("Value: 2 ms (1.5 to 3,000)", ("Value", 2, None, "ms", 1.5, 3000)),
        ("file, kept open: 12 us", ("file, kept open", 12, None, "us", 12, 12)),
        ("right: 12 of 50 rounds", ("right", 12, 50, "rounds", 12, 12)),
        ("A B: 1,000 of 2,000", ("A B", 1000, 2000, "", 1000, 1000)),
        ("exit code: 0", None),
        ("exit codes: [0, 0]", None),
        ("a Lock takes 212 ns", None),
        ("10:30: 2 ms", None),
        ("time: 2ms", None),
        ("loss: -2 ms", None),
        ("late: 1.5.2 ms", None),
        ("spread: 2 ms (1 to)", None),
        ("  indented: nothing", None),
    ],
)
def test_lines_of_the_documented_forms_are_rows(line, row):
    found = [(r.label, r.number, r.total, r.unit, r.low, r.high) for r in chart.rows(line)]
    assert found == ([row] if row else [])


def test_a_bar_is_as_long_as_its_number():
    tree = drawn("bars", COUNTS)
    assert percent(tree, ".//rect", "width") == [24, 76]
    assert tree.find(".//line[@class='chart-spread']") is None
    assert percent(drawn("bars", "a: 2 ms\nb: 8 ms (4 to 16)"), ".//rect", "width") == [12.5, 50]
    assert percent(drawn("bars", "a: 0 of 3\nb: 3 of 3"), ".//rect", "width") == [0, 100]


def test_equal_factors_are_equal_distances_on_a_log_scale():
    tree = drawn("log", COSTS)
    lock, file, disk = percent(tree, ".//rect", "width")
    assert 0 < lock < file < disk < 100
    assert disk - file == pytest.approx(2 * (file - lock), abs=0.05)
    ticks = percent(tree, ".//line[@class='chart-tick']", "x1")
    assert [ticks[0], ticks[1], ticks[3]] == [lock, file, disk]
    labels = [text.text for text in tree.iterfind(".//text")]
    assert labels[:4] == ["1", "10", "100", "1,000"]


def test_a_line_spans_the_spread():
    tree = drawn("bars", "a: 8 ms (4 to 16)\nb: 2 ms (2 to 4)")
    lines = tree.findall(".//line[@class='chart-spread']")
    spans = [(line.get("x1"), line.get("x2")) for line in lines if line.get("x1") != line.get("x2")]
    assert spans == [("25.0%", "100.0%"), ("12.5%", "25.0%")]


@pytest.mark.parametrize("kind, output", [("log", COSTS), ("bars", COUNTS)])
def test_a_chart_says_the_same_in_words(kind, output):
    tree = drawn(kind, output)
    svg = tree.find("svg")
    title, description = svg.get("aria-labelledby").split()
    assert svg.get("role") == "img" and "x.py" in svg.find(f"title[@id='{title}']").text
    rows = list(chart.rows(output))
    for which, row in (("shortest", rows[0]), ("longest", rows[-1])):
        assert f"{which} for {row.label}, {row.text}" in svg.find(f"desc[@id='{description}']").text
    assert rows[0].unit in tree.find("figcaption").text
    table = [[cell.text for cell in line] for line in tree.iterfind(".//tbody/tr")]
    expected = [[row.label, row.text] + [row.spread] * (kind == "log") for row in rows]
    assert table == expected
    assert all(cell in output for cells in expected for cell in cells)


def test_a_chart_is_small_and_only_text():
    rows = "".join(f"<b>way {n}</b>: {n} times a Lock (1 to 99)\n" for n in range(1, 13))
    html = chart.figure("log", rows, "<x>.py", "chart-1")
    assert len(html) < 8000 and "<b>" not in html and "<x>" not in html and "<script" not in html
    assert "&lt;b&gt;way 12&lt;/b&gt;" in html


@pytest.mark.parametrize(
    "kind, output, mend",
    [
        ("bars", "hello\nexit code: 0\n", "has no line to draw; print lines like"),
        ("bars", "", "has no line to draw"),
        ("bars", "a: 2 ms\nb: 3 us\n", "'b' and 'a' are not on one scale; print the same unit"),
        ("bars", "a: 2 of 3\nb: 3 of 4\n", "not on one scale"),
        ("bars", "a: 2 of 3 rounds\nb: 2 rounds\n", "not on one scale"),
        ("bars", "a: 4 of 3\n", "'a' is 4 of 3, outside its own bounds"),
        ("bars", "a: 4 ms (1 to 3)\n", "'a' is 4 (1 to 3), outside its own bounds"),
        ("log", "a: 4 ms (0 to 5)\n", 'write chart="bars"'),
        ("log", "a: 0 ms\nb: 1 ms\n", 'write chart="bars"'),
    ],
)
def test_what_cannot_be_drawn_is_an_error_that_names_the_mend(kind, output, mend):
    with pytest.raises(SnippetError, match=re.escape(mend)):
        chart.figure(kind, output, "x.py", "chart-1")


@pytest.mark.parametrize("kind", ["pie", "Log", "on"])
def test_an_unknown_chart_is_refused(kind):
    with pytest.raises(SnippetError, match='write chart="bars" or chart="log"'):
        session.parse({"file": "a/x.py", "chart": kind}, "$ python x.py\n")


@pytest.mark.parametrize("kind", BUILDS)
def test_a_page_has_the_chart_of_its_first_command(tmp_path, kind):
    site = Site(tmp_path)
    one = fence(
        "$ python hello.py 1\nright: ...\n$ python hello.py 2\nright: ...",
        'file="a/hello.py" chart="bars"',
    )
    site.page("import sys\nprint(f'right: {sys.argv[1]} of 4 rounds')\n", f"{one}\n\n{one}")
    done = site.build(kind)
    assert done.returncode == 0, done.stdout
    assert site.html().count('class="chart-bar"') == site.html().count('width="25.0%"') == 2
    ids = re.findall(r'\bid="(chart-[^"]*)"', site.html())
    assert len(ids) == len(set(ids)) == 4


@pytest.mark.parametrize("kind", BUILDS)
def test_a_page_without_a_row_is_not_built(tmp_path, kind):
    site = Site(tmp_path)
    site.page("print('hello')\n", fence(options='file="a/hello.py" chart="bars"'))
    done = site.build(kind)
    assert done.returncode != 0
    assert "docs/index.md:3: " in done.stdout and "has no line to draw" in done.stdout

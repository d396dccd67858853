"""What a reader can play with: outputs at their pace, and two processes step by step."""

import html
import re
from collections import Counter
from pathlib import Path

import pytest

from mkdocs_exec import session

DOCS = Path(__file__).parent.parent / "docs"
PAGE = (DOCS / "play.md").read_text("utf-8")
LEVELS = re.findall(r"<interleaving-explorer.*?</interleaving-explorer>", PAGE, re.DOTALL)
SHOWN = """output => {
    const code = output.querySelector("code");
    const hidden = [...CSS.highlights.get("unplayed")].filter(
        range => code.contains(range.startContainer));
    return code.textContent.slice(0, code.textContent.length - hidden.join("").length);
}"""


def run(level, order):
    """Return who can go on after the steps of this order, and how it has ended."""
    memory = dict(re.findall(r"(\w+) = (\d+)", re.search(r'data-memory="(.*?)"', level)[1]))
    todo = [re.search(rf'data-{p}="(.*?)"', level)[1].split("; ") for p in ("p1", "p2")]
    held, seen, end = set(), ["", ""], ""
    for who in order:
        match todo[who].pop(0).split():
            case "acquire", lock:
                held.add(lock)
            case "release", lock:
                held.remove(lock)
            case "stop", "if", flag:
                if memory[flag] == "1":
                    todo[who], end = [], ", one stopped"
            case "seen", "=", "total":
                seen[who] = memory["total"]
            case "seen", "=", "seen", "+", "1":
                seen[who] = str(int(seen[who]) + 1)
            case "total", "=", "seen":
                memory["total"] = seen[who]
            case "flag", "=", value:
                memory["flag"] = value
    ready = [
        who for who in (0, 1) if todo[who] and todo[who][0].replace("acquire ", "") not in held
    ]
    return ready, "deadlock" if any(todo) else f"total = {memory['total']}{end}"


def orders(level):
    """Return the end of each order in which the steps of a level can be taken."""
    ends, open_orders = {}, [()]
    while open_orders:
        order = open_orders.pop()
        ready, end = run(level, order)
        open_orders += [(*order, who) for who in ready]
        if not ready:
            ends[order] = end
    return ends


def told(level):
    counts = Counter(orders(level).values()).most_common()
    return f"{len(orders(level))} orders: " + "; ".join(f"{e} in {n}" for e, n in counts) + "."


def press(explorer, action):
    explorer.locator(f'[data-do="{action}"]').click(force=True)  # some are aria-disabled


def test_the_counts_on_the_page_are_those_of_its_levels_and_its_program():
    assert len(LEVELS) == 4
    transcript = PAGE.partition("$ python every_order.py\n")[2].partition("```")[0]
    expected = ""
    for level in LEVELS:
        assert f"<p>{told(level)}</p>" in level
        for steps in re.findall(r'data-p\d="(.*?)"', level):
            assert f"<code>{steps}</code>" in level
        counts = Counter(orders(level).values())
        expected += f"{counts.total()} orders\n"
        expected += "".join(f"{n:5} {end}\n" for end, n in counts.most_common())
    assert transcript == expected


def test_every_challenge_can_be_met(visit):
    page = visit("play/")
    for number, level in enumerate(LEVELS):
        explorer, ends = page.locator("interleaving-explorer").nth(number), orders(level)
        challenges = explorer.locator("[data-end]")
        assert explorer.locator("strong", has_text="Solved").count() == 0
        for challenge in challenges.all():
            goal = challenge.get_attribute("data-end")
            order = next((order for order, end in ends.items() if end == goal), None)
            if order is None:
                press(explorer, "every")
            else:
                press(explorer, "reset")
                for who in order:
                    press(explorer, who)
            assert challenge.locator("strong").text_content() == "Solved"
        press(explorer, "every")
        assert explorer.locator("[role=status]").text_content().startswith(told(level))


def test_a_step_can_be_undone_and_keeps_the_focus(visit):
    page = visit("play/")
    explorer = page.locator("interleaving-explorer").nth(1)
    step = explorer.locator('[data-do="0"]')
    step.focus()
    page.keyboard.press("Enter")
    view = "parts => parts.map(part => part.outerHTML).join()"
    before = explorer.locator("ol, .memory").evaluate_all(view)
    assert "aria-current" in before
    page.keyboard.press("Enter")
    press(explorer, "undo")
    assert explorer.locator("ol, .memory").evaluate_all(view) == before
    other = explorer.locator('[data-do="1"]')
    other.focus()
    page.keyboard.press("Enter")
    assert explorer.locator("[role=status]").text_content() == "P2 waits for a."
    assert other.evaluate("button => button == document.activeElement")


def test_without_scripts_all_is_there(visit):
    page = visit("play/", java_script_enabled=False)
    text = page.locator("main").inner_text()
    assert all(told(level) in text for level in LEVELS)
    assert "514 orders\n" in page.locator(".snippet-output").text_content()
    assert page.locator(".snippet-facts button, interleaving-explorer button").count() == 0


@pytest.mark.usefixtures("address")
def test_every_line_of_every_output_has_its_time(folder):
    form = r'data-times="(.*?)"><pre>(?:<span></span>)?<code>(.*?)</code>'
    found = [
        output
        for page in folder.rglob("index.html")
        for output in re.findall(form, page.read_text("utf-8"), re.DOTALL)
    ]
    assert len(found) == sum(
        block.language == "snippet"
        for path in DOCS.glob("*.md")
        for block in session.blocks(path.read_text("utf-8"))
    )
    for times, markup in found:
        lines = html.unescape(re.sub("<.*?>", "", markup)).splitlines()
        assert len(times.split()) == len(lines) + 1, lines
        moments = list(map(float, times.split()))
        assert moments[0] == 0 and moments == sorted(moments), lines


@pytest.fixture
def output(visit):
    """An output of two lines at once, and the others after a minute that a test does not wait."""
    page = visit("play/")
    page.evaluate(
        """() => {
            const output = document.querySelector(".snippet-output");
            output.nextElementSibling.querySelector("button")?.remove();
            const lines = output.querySelector("code").textContent.trimEnd().split("\\n").length;
            output.dataset.times = ["0 0", ...Array(lines - 2).fill(60), 60.5].join(" ");
            document$.next(document);
        }"""
    )
    return page.locator(".snippet-output").first


def test_replay_can_be_paused_and_ends_with_the_full_output(output):
    page, code = output.page, output.locator("code")
    full, markup = code.text_content(), code.inner_html()
    button = page.locator(".snippet-facts button").first
    assert button.text_content() == "Replay, 60.5 s"
    button.click()
    assert button.text_content() == "Pause"
    assert output.evaluate(SHOWN) == "".join(full.splitlines(True)[:2])
    colour = "code => getComputedStyle(code, '::highlight(unplayed)').color"
    assert code.evaluate(colour) == "rgba(0, 0, 0, 0)"
    button.click()
    assert button.text_content() == "Resume"
    assert button.evaluate("button => button.getAnimations()[0].playState") == "paused"
    page.emulate_media(media="print")
    assert not button.is_visible() and code.evaluate(colour) != "rgba(0, 0, 0, 0)"
    page.emulate_media(media="screen")
    button.click()
    button.evaluate("button => (button.getAnimations()[0].currentTime = 60400)")
    page.wait_for_function("button => button.textContent[0] == 'R'", arg=button.element_handle())
    assert button.text_content() == "Replay, 60.5 s"
    assert output.evaluate(SHOWN) == full and code.inner_html() == markup


def test_a_replay_draws_no_moving_line_for_who_wants_none(output):
    page = output.page
    sizes = """button => button.getAnimations()[0].effect.getKeyframes().length"""
    for motion, frames in ("no-preference", 2), ("reduce", 0):
        page.emulate_media(reduced_motion=motion)
        page.locator(".snippet-facts button").first.evaluate("button => button.remove()")
        page.evaluate("document$.next(document)")
        button = page.locator(".snippet-facts button").first
        button.click()
        assert button.text_content() == "Pause"
        assert button.evaluate(sizes) == frames


def test_back_and_forward_keep_both_alive(output):
    page = output.page
    page.evaluate("window.stayed = true")
    page.locator(".snippet-facts button").first.click()
    page.locator(".md-nav--primary a", has_text="Pipes").first.click()
    page.wait_for_url("**/pipes/")
    page.wait_for_function("CSS.highlights.get('unplayed').size == 0")
    page.go_back()
    page.wait_for_url("**/play/")
    explorer = page.locator("interleaving-explorer").first
    press(explorer, 0)
    assert explorer.locator("[role=status]").text_content().startswith("P1: seen = total.")
    assert page.evaluate("window.stayed"), "the browser loaded the page anew"
    page.go_forward()
    page.wait_for_url("**/pipes/")
    button = page.locator(".snippet-facts button").first
    button.click()
    assert button.text_content() == "Pause"

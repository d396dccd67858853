"""Run the programs of `snippets/` and show on a page what they really printed.

    page fence ─┐                                     ┌─> fence: Markdown to HTML
                ├─> session ─> schedule ─> store ─────┤
    Sybil ──────┘   (parse)    (each once,  │ miss    └─> sybil: doctest comparison
                                in parallel) └─> runner

`chart` and `timeline` draw an output and a recorded run for `fence`; recording is what `inside` is
for, the folder that a program's Python finds. `progress` tells what `schedule` does, `bundle` makes
what readers take along. Each arrow is an import; none runs back.
"""

import functools
from collections.abc import Callable


def formatter() -> Callable[..., str]:
    """Start the programs of all pages, and return what formats a fence.

    The configuration of the site calls it, which generators read before they render a page.
    Zensical renders a page again if its text or the pickled configuration is another, so what
    programs will be shown is a part of it.
    """
    from mkdocs_exec import schedule

    shown = schedule.start()
    # after that, for the programs run while it is imported
    from mkdocs_exec.fence import format_snippet

    return functools.partial(format_snippet, shown=shown)

"""Run the programs of `snippets/` and show on a page what they really printed.

    page fence ─┐                                     ┌─> fence: Markdown to HTML
                ├─> session ─> schedule ─> store ─────┤
    Sybil ──────┘   (parse)    (each once,  │ miss    └─> sybil: doctest comparison
                                in parallel) └─> runner

`chart` and `timeline` draw an output and a recorded run for `fence`; recording is what `inside` is
for, the folder that a program's Python finds. `progress` tells what `schedule` does, `bundle` makes
what readers take along. Each arrow is an import; none runs back.
"""

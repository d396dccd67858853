"""Run the programs of `snippets/` and show on a page what they really printed.

    page fence ─┐                                     ┌─> fence: Markdown to HTML
                ├─> session ─> schedule ─> store ─────┤
    Sybil ──────┘   (parse)    (each once,  │ miss    └─> sybil: doctest comparison
                                in parallel) └─> runner

`timeline` draws a run that was recorded, which is what `inside` is for: the folder that a program's
Python finds. Each arrow is an import; none runs back.
"""

"""What a run gives to every Python that finds this folder on its PYTHONPATH.

A recorder of its processes, and another default start method: the standard library has no setting
for it from outside. Only the default is replaced, so a program that names its own method still
gets it.
"""

import os

if "MKDOCS_EXEC_RECORD" in os.environ:  # before anything of multiprocessing is imported
    import mkdocs_exec_recorder  # noqa: F401

if "MKDOCS_EXEC_START_METHOD" in os.environ:
    import multiprocessing.context

    _default = multiprocessing.context._default_context
    _method = os.environ["MKDOCS_EXEC_START_METHOD"]
    _default._default_context = multiprocessing.context._concrete_contexts[_method]

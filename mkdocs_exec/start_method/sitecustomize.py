"""Give every Python that finds this folder on its PYTHONPATH another default start method.

The standard library has no setting for it from outside. Only the default is replaced, so a
program that names its own method still gets it.
"""

import multiprocessing.context
import os

_default = multiprocessing.context._default_context
_method = os.environ["MKDOCS_EXEC_START_METHOD"]
_default._default_context = multiprocessing.context._concrete_contexts[_method]

"""Sybil's hook: pytest scopes a conftest.py to its folder, and docs/ and snippets/ are here."""

from sybil import Sybil
from sybil.parsers.rest import DocTestParser

from mkdocs_exec.sybil import parsers

pages = Sybil(parsers=parsers(), patterns=["docs/*.md"])
docstrings = Sybil(parsers=[DocTestParser()], patterns=["snippets/**/*.py", "mkdocs_exec/*.py"])

pytest_collect_file = (pages + docstrings).pytest()

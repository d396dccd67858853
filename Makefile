# Needs make and Python 3.11 or later, nothing else; everything is installed into .venv.
PYTHON ?= python3
ENV := .venv
RUN := $(ENV)/bin/python

# Material announces in every build that MkDocs 1 ends; zensical is the way on, and CI builds with it.
export NO_MKDOCS_2_WARNING := 1

# The mark of a finished install is named after what the install is bound to: the Python, and this
# folder (a copy of it would import the original's mkdocs_exec).
BOUND_TO := $(shell $(PYTHON) -c 'import sys, zlib; assert sys.version_info >= (3, 11); \
	print("%d.%d.%d-%08x" % (*sys.version_info[:3], zlib.crc32((sys.base_prefix + sys.argv[1]).encode())))' \
	'$(CURDIR)' 2>/dev/null)
INSTALLED := $(ENV)/installed-$(BOUND_TO)

.PHONY: help serve test build fresh stress mutants bench lighthouse clean

help:  ## print this list
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' Makefile

serve: $(INSTALLED)  ## serve the site at http://127.0.0.1:8000/ and rebuild it at every change
	$(RUN) -m mkdocs serve

test: $(INSTALLED)  ## lint, then test the programs, the pages and what builds them
	$(RUN) -m ruff check
	$(RUN) -m ruff format --check
	$(RUN) -m pytest

build: $(INSTALLED)  ## build the site into site/, with all that readers take along
	$(RUN) -m mkdocs build --strict
	$(RUN) -m mkdocs_exec.bundle site

fresh: $(INSTALLED)  ## build the site, running every program again
	MKDOCS_EXEC_FRESH=1 $(RUN) -m mkdocs build --strict
	$(RUN) -m mkdocs_exec.bundle site

stress: $(INSTALLED)  ## run every program many times on a busy machine
	$(RUN) tests/stress.py

mutants: $(INSTALLED)  ## take the programs' synchronisation out, line by line, and see the tests fail
	$(RUN) tests/mutants.py

bench: $(INSTALLED)  ## compare builds with the same pages without execution, and with other tools
	$(RUN) tests/bench.py --write

lighthouse: $(INSTALLED)  ## ask Lighthouse what it says of every page
	$(RUN) tests/lighthouse.py

clean:  ## remove all that these commands have made
	rm -rf $(ENV) site .cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(INSTALLED): requirements.txt pyproject.toml
	@$(if $(BOUND_TO),,echo 'Python 3.11 or later is needed and "$(PYTHON)" is not: try make PYTHON=/path/to/python3.11' >&2; exit 1)
	$(PYTHON) -m venv --clear $(ENV)
	$(RUN) -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	$(RUN) -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

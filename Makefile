# `make demo` and `make test` need Python 3.11 or newer, make and a package registry; everything else follows.
SHELL := /bin/sh
BIN := .venv/bin
PACKAGES := . plugins/rest plugins/sandbox
TESTS ?= tests
STAMP := .venv/.installed

.PHONY: demo test check format format-check lint types imports docs docs-check messages bench lock dist-check clean
.DEFAULT_GOAL := check

demo: $(STAMP)
	@$(BIN)/tomada demo

test: $(STAMP)
	@$(BIN)/python -m pytest -n 2 --dist loadfile -q $(TESTS)

check: format-check lint types imports test docs-check

format: $(STAMP)
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

format-check: $(STAMP)
	@$(BIN)/ruff format --check .

lint: $(STAMP)
	@$(BIN)/ruff check .

types: $(STAMP)
	@$(BIN)/mypy

imports: $(STAMP)
	@$(BIN)/lint-imports --no-cache

docs: $(STAMP)
	@$(BIN)/python docs/generate.py

docs-check: $(STAMP)
	@$(BIN)/python docs/generate.py --check

# Extracts the sentences of the code into the catalogues and compiles them.
messages: $(STAMP)
	@$(BIN)/python docs/messages.py

bench: $(STAMP)
	@$(BIN)/python -m benchmarks

# The newest suitable interpreter; a shim of a version manager without that version does not count.
$(STAMP): requirements.lock pyproject.toml plugins/rest/pyproject.toml plugins/sandbox/pyproject.toml
	@python=; for name in python3.14 python3.13 python3.12 python3.11 python3; do \
	  if $$name -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' >/dev/null 2>&1; \
	  then python=$$name; break; fi; done; \
	if [ -z "$$python" ]; then echo "Tomada needs Python 3.11 to 3.14 with venv; none was found." >&2; exit 2; fi; \
	echo "Installing into .venv with $$($$python --version) ..." >&2; \
	$$python -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
	  $(foreach package,$(PACKAGES),-e $(package))
	@touch $(STAMP)

# Versions and hashes for Python 3.11 to 3.14, without any address.
lock:
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --no-emit-find-links --group dev --output-file requirements.lock pyproject.toml

# Each distribution builds alone, and installs alone with the core's wheel beside it.
dist-check: $(STAMP)
	@$(BIN)/python tests/distributions.py

clean:
	rm -rf .venv dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage

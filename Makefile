# `make demo` and `make test` need Python 3.11 or newer, make and a package registry; everything else follows.
SHELL := /bin/sh
BIN := .venv/bin
STAMP := .venv/.installed
PROJECTS := pyproject.toml $(wildcard plugins/*/pyproject.toml)
PYTHON ?= python3.14 python3.13 python3.12 python3.11 python3
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
TESTS ?= tests
ARGS ?=
SUITABLE := import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))

.PHONY: demo test check format format-check lint types imports coverage docs docs-check messages bench lock \
  dist-check foreign-servers clean
.DEFAULT_GOAL := check

demo: $(STAMP)
	@$(BIN)/tomada demo $(ARGS)

test: $(STAMP)
	@$(BIN)/python -m pytest -n 2 --dist loadfile -q $(TESTS) $(ARGS)

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
	@$(BIN)/lint-imports --no-cache --no-logo

# Branch coverage; what decides and what translates to and from the wire is held to 95 %.
coverage: $(STAMP)
	@$(BIN)/python -m pytest -n 2 --dist loadfile -q --cov --cov-report= $(TESTS) $(ARGS)
	@$(BIN)/coverage report
	@$(BIN)/coverage report --fail-under=95 \
	  --include='core/tomada/domain/*,core/tomada/flows/*,core/tomada/tiny/*,plugins/rest/*,plugins/soap/*,plugins/ftp/*'

docs: $(STAMP)
	@$(BIN)/python docs/generate.py

docs-check: $(STAMP)
	@$(BIN)/python docs/generate.py --check

# Extracts the sentences of the code into the catalogues and compiles them.
messages: $(STAMP)
	@$(BIN)/python docs/messages.py

bench: $(STAMP)
	@$(BIN)/python -m benchmarks $(ARGS)

# The newest suitable interpreter makes the environment; one that is there and suitable is kept. An interpreter counts
# if it answers, as a version manager's shim may stand for a version that is not there.
$(STAMP): requirements.lock $(PROJECTS)
	@if $(BIN)/python -c '$(SUITABLE)' >/dev/null 2>&1; then exit 0; fi; \
	for python in $(PYTHON); do \
	  if "$$python" -c '$(SUITABLE)' >/dev/null 2>&1; then \
	    echo "Creating .venv with $$("$$python" --version)" >&2; exec "$$python" -m venv --clear .venv; \
	  fi; \
	done; \
	echo "Tomada needs Python 3.11 to 3.14 with its modules venv and ensurepip; none of these is one: $(PYTHON)." \
	  "On Debian and Ubuntu, install python3-venv; or name another with make PYTHON=..." >&2; exit 2
	@echo "Installing the pinned libraries into .venv (only when they change)" >&2
	@$(PIP) install --quiet --require-hashes -r requirements.lock
	@$(PIP) install --quiet --no-deps --no-build-isolation $(patsubst %,-e ./%,$(patsubst %/,%,$(dir $(PROJECTS))))
	@touch $(STAMP)

# Versions and hashes for Python 3.11 to 3.14, without any address. ARGS=--upgrade moves them forward.
lock: $(STAMP)
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --no-emit-find-links --no-strip-extras --no-emit-package tomada --group dev --all-extras $(ARGS) \
	  --output-file requirements.lock $(PROJECTS)

# Each distribution is built alone, installed alone beside the core, and imported.
dist-check: $(STAMP)
	@$(BIN)/python tests/distributions.py

# The exchange of files against vsftpd, OpenSSH and ProFTPD, the web service against nuSOAP; says so where it cannot run.
foreign-servers: $(STAMP)
	@$(BIN)/python -m tests.foreign $(ARGS)

clean:
	rm -rf .venv dist build .coverage* .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

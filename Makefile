# Everything a person or CI does here has a target. `make` alone lists them.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

# To be overridden on the command line: make test PYTEST_ARGS="tests/unit -k rates"
PYTHON ?= $(shell command -v python3.11 || echo python3)
VENV ?= .venv
PYTEST_ARGS ?=
# Both cores; a file stays with one process, so that what it shares is made once.
PYTEST_JOBS ?= --numprocesses=auto --dist=loadfile
BENCH_ARGS ?=

BIN := $(VENV)/bin

.PHONY: help run test lint types generated check coverage bench assets lock clean

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS=$$'\t' read -r name text; do \
	  printf '  make %-10s %s\n' "$$name" "$$text"; done

# Both stamps are newer than the locks they were made from; a changed lock installs again.
$(VENV)/run.stamp: requirements.lock pyproject.toml
	@.ci/venv "$(PYTHON)" "$(VENV)" requirements.lock
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/run.stamp
	@.ci/venv "$(PYTHON)" "$(VENV)" requirements-dev.lock
	@touch $@

run: $(VENV)/run.stamp  ## set up, fill the embedded store with demonstration data, serve the dashboard
	@$(BIN)/quxiang demo
	@exec $(BIN)/quxiang serve

test: $(VENV)/dev.stamp debian lint types generated  ## everything CI checks; ends with pytest's own closing line
	@exec $(BIN)/python -m pytest $(PYTEST_JOBS) $(PYTEST_ARGS)

check: lint types generated  ## the checks that take seconds: lint, types, generated files

lint: $(VENV)/dev.stamp  ## ruff: rules, import directions, format
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/dev.stamp  ## mypy, strict
	$(BIN)/mypy

generated: $(VENV)/dev.stamp  ## committed files that are generated are as their generator writes them
	$(BIN)/python -m dashboard.theme --check

coverage: $(VENV)/dev.stamp debian  ## the tests again, with branch coverage and its floor
	@exec $(BIN)/python -m pytest --cov --cov-report=term-missing $(PYTEST_ARGS)

bench: $(VENV)/dev.stamp debian  ## measure the budgets of the design (never part of the tests)
	@exec $(BIN)/python -m benchmarks $(BENCH_ARGS)

assets:  ## build the vendored front-end files anew (needs node and npm)
	@assets-src/build

lock:  ## resolve pyproject.toml anew and write both lock files
	@.ci/lock "$(PYTHON)"

clean:  ## remove what tools leave behind; keeps the environment and the data in var/
	rm -rf build test-results htmlcov .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache *.egg-info
	find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +

.PHONY: debian
debian:
	@.ci/debian tests

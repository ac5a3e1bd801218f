# make run    everything, with the demo, on http://localhost:8000 (PORT=… and MATRICULE_DATA=… move it)
# make test   every check of a submission
# A fresh machine needs make and a Python from 3.11 to 3.13, nothing else.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell scripts/find-python)
PYTEST = env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest
WORKERS ?= 2

.PHONY: help setup browser files run test test-fast lint fix prove accessibility bench docs lock clean

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/.dev browser ## make .venv with everything, fonts and translations; Chromium where it can
	@echo "Ready: make run, make test, $(BIN)/matricule --help"

browser:
	@scripts/find-chromium --install || true

$(VENV)/.prod: requirements/prod.txt pyproject.toml scripts/sync
	@PYTHON="$(PYTHON)" scripts/sync $(VENV) requirements/prod.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml scripts/sync
	@PYTHON="$(PYTHON)" scripts/sync $(VENV) requirements/dev.txt
	@touch $@ $(VENV)/.prod

files:
	@$(BIN)/python -m matricule.site.prepare --files-only

run: $(if $(wildcard $(VENV)/.dev),$(VENV)/.dev,$(VENV)/.prod) ## start everything with the demo; Ctrl-C stops it
	@exec $(BIN)/matricule run --demo

test: setup files ## every check: style, types, layers, documents, tests, browser tests last
	@PYTEST_WORKERS=$(WORKERS) scripts/check

test-fast: $(VENV)/.dev files ## tests without a browser
	@$(PYTEST) -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m "not browser and not prove" $(ARGS)

lint: $(VENV)/.dev ## style, types, layers, templates
	@scripts/check --lint

fix: $(VENV)/.dev ## put style in order
	@$(BIN)/ruff check --fix --quiet
	@$(BIN)/ruff format --quiet

prove: setup files ## the long proofs: kills, races, hostile files, every page; one line a promise
	@PYTEST_WORKERS=$(WORKERS) scripts/prove $(ARGS)

accessibility: setup files ## look at every page, and write down what the accessibility statement says of it
	@MATRICULE_PROVE=1 MATRICULE_WRITE_TESTED=1 $(PYTEST) -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder \
	  tests/browser/test_every_page_*.py tests/browser/test_journey_without_script.py tests/browser/test_keyboard.py \
	  tests/portals/components/test_static.py

bench: $(VENV)/.dev files ## measurements; they print figures and never fail
	@for file in bench/*.py; do echo "== $$file"; $(BIN)/python $$file || echo "$$file ended early"; done

docs: $(VENV)/.dev ## write the generated documents again
	@$(BIN)/matricule settings-doc --write docs/settings.md

lock: $(VENV)/.dev ## pin the dependencies again, with hashes (needs uv)
	@scripts/lock

clean: ## remove what was made, except the data folder
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis test-results screenshots
	@rm -rf src/*.egg-info src/matricule/portals/components/static/matricule/fonts
	@find src tests -name __pycache__ -prune -exec rm -rf {} +
	@find src -name '*.mo' -delete

# Everything a newcomer needs: `make help`.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: help demo test check lint types contracts tests test-slow bench docs clean

help:  ## Show what there is to do
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) (a few minutes the first time) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $(STAMP)

demo: $(STAMP)  ## Run the main job on the sample company and print the newest brief
	@$(BIN)/next-evidence run --since 2025-11 --until 2026-10
	@$(BIN)/next-evidence brief --cycle 2026-10
	@$(BIN)/next-evidence brief hands-on-revops-lead --cycle 2026-10

test: check  ## Environment, lint, types, import contracts, tests

check: lint types contracts tests

lint: $(STAMP)  ## Ruff: style and common mistakes
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(STAMP)  ## mypy, strict
	@$(BIN)/mypy

contracts: $(STAMP)  ## Who may import whom
	@$(BIN)/lint-imports

tests: $(STAMP)  ## Tests that run in minutes
	@$(BIN)/python -m pytest -m "not slow"

test-slow: $(STAMP)  ## Simulations, notebooks and kills: run before a release
	@$(BIN)/python -m pytest -m slow

bench: $(STAMP)  ## Measure what the benchmark pages print (long)
	@$(BIN)/python benchmarks/run_all.py

docs: $(STAMP)  ## Write the generated pages again: settings, tables, JSON schema, accuracy
	@$(BIN)/python docs/generate.py
	@$(BIN)/python benchmarks/matching/accuracy_page.py

clean:  ## Remove the environment and everything that was made
	rm -rf $(VENV) .next-evidence briefs

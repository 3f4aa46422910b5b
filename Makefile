# Solum: `make run` maps the built-in virtual landscape, `make test` runs the test suite.
# Both set up a virtual environment first, with pinned versions, and reuse it afterwards.

VENV := .venv
BIN := $(VENV)/bin
# The first interpreter that is new enough; override with `make PYTHON=/path/to/python3 run`.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$p; break; fi; done)

.PHONY: run test lint clean setup

run: $(VENV)/.ready
	$(BIN)/solum run

test: $(VENV)/.ready
	$(BIN)/python -m pytest -n 2 --dist loadgroup

lint: $(VENV)/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

setup: $(VENV)/.ready

$(VENV)/.ready: pyproject.toml .constraints.txt
	@if [ -z "$(PYTHON)" ]; then \
		echo "Solum needs Python 3.11 or newer; cure: sudo apt-get install python3.11 python3.11-venv (or see python.org)"; exit 1; fi
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "$(PYTHON) lacks the venv module; cure: sudo apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	PIP_CONSTRAINT=.constraints.txt $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@$(BIN)/python -c 'import lightgbm, xgboost' || { \
		echo "the OpenMP runtime is missing; cure: sudo apt-get install libgomp1 (macOS: brew install libomp)"; exit 1; }
	@touch $@

clean:
	rm -rf $(VENV) runs

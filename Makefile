# What a person types. Everything lives in .venv and .linli; nothing outside this folder is changed but the jar cache.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: setup demo test check unit bench docs down clean
setup: $(VENV)/.ready

$(VENV)/.ready: pyproject.toml constraints.txt setup.sh
	@PYTHON=$(PYTHON) ./setup.sh $(VENV)

demo: setup  ## FILE=… MAPPING=…: the same on a file of yours
	@$(BIN)/linli demo $(if $(FILE),"$(FILE)") $(if $(MAPPING),--mapping "$(MAPPING)")

check: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/pytest -q -p no:randomly tests/test_architecture.py

unit: setup
	@$(BIN)/pytest -q tests/unit

test: check
	@$(BIN)/pytest tests/unit --hypothesis-profile=thorough
	@$(BIN)/pytest --ignore=tests/unit --hypothesis-profile=thorough --durations=10

bench: setup
	@$(BIN)/python -m bench

docs: setup  ## the pages that are generated from the event catalogue
	@$(BIN)/linli schemas docs --output docs/events.md
	@$(BIN)/linli schemas asyncapi --output docs/asyncapi.json

down:
	@test ! -x $(BIN)/linli || $(BIN)/linli down

clean: down
	rm -rf $(VENV) .linli .linli-bench

# Every command sets up what it needs by itself. On a new machine: Python 3.11+, make and the package registries are enough.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO_HOME ?= .demo
SERVE_HOME ?= .home
PORT ?= 8000
WORKERS ?= 2
FAST := tests/unit $(addprefix --ignore=tests/unit/, access graphql rest web)

.PHONY: demo test setup serve check bench pictures setup-dev setup-system lock clean

demo: setup ## a believable year, served, with sign-in links
	@$(BIN)/tribute demo --home $(DEMO_HOME) --port $(PORT)

serve: setup ## an empty home, served
	@$(BIN)/tribute serve --home $(SERVE_HOME) --port $(PORT)

setup: $(VENV)/.runtime ## the environment in .venv, with .venv/bin/tribute
	@$(BIN)/python -m compileall -q src # who serves may not be who may write here, and would compile it all at every start

test: setup-dev setup-system ## everything the tests need, then all tests
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports
	@$(BIN)/pytest -n $(WORKERS) --dist loadgroup || { test $$? -eq 1 && $(BIN)/python -m tests.support.second_look; }

check: setup-dev ## lint, types, import rules, fast tests: those of the rooms below the doors for people
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports
	@$(BIN)/pytest -n $(WORKERS) -m "not slow and not browser and not node and not postgresql" -q $(FAST)

bench: setup-dev ## measures every claim, prints it and writes docs/performance.md
	@$(BIN)/python -m benchmarks

pictures: setup-dev ## photographs every page into docs/images; ALL=1 in every width and theme, into .pictures
	@$(BIN)/python -m pictures $(if $(ALL),--all)

$(BIN)/uv: requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit("Tribute needs Python 3.11 or newer; set PYTHON=python3.x") if sys.version_info < (3, 11) else None'
	@test -x $(BIN)/pip || { rm -rf $(VENV); $(PYTHON) -m venv $(VENV); } || \
		{ rm -rf $(VENV); echo "Python's venv module is needed; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

$(VENV)/.runtime: $(BIN)/uv requirements/runtime.txt requirements/build.txt pyproject.toml
	@$(BIN)/uv pip install -q --python $(BIN)/python --compile-bytecode --require-hashes -r requirements/runtime.txt
	@$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements/build.txt
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements/dev.txt
	@$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@touch $@

tests/sdk/node_modules/.package-lock.json: $(VENV)/.dev tests/sdk/package-lock.json
	@$(BIN)/python -m tests.support.node

setup-dev: $(VENV)/.dev

setup-system: setup-dev tests/sdk/node_modules/.package-lock.json ## Chromium, PostgreSQL and other parts that come from the system
	@$(BIN)/python -m tests.support.system

lock: $(BIN)/uv ## compile the requirements anew: newest versions, with hashes, without download addresses
	@for set in uv build; do $(BIN)/uv pip compile -q requirements/$$set.in $(LOCK) -o requirements/$$set.txt; done
	@$(BIN)/uv pip compile -q pyproject.toml $(LOCK) -o requirements/runtime.txt
	@$(BIN)/uv pip compile -q pyproject.toml requirements/build.in requirements/dev.in $(LOCK) -o requirements/dev.txt

LOCK := --upgrade --python-version 3.11 --universal --generate-hashes --no-emit-index-url

clean:
	@rm -rf $(VENV) .demo .home tests/sdk/node_modules .mypy_cache .ruff_cache .pytest_cache

# Everything a developer does, one word each. The first target is the one that runs for a bare `make`.
PYTHON ?= python3
BIN := .venv/bin
CLIENT := clients/python

.PHONY: all demo test check lint types coverage generate generated bench bench-peers bench-growth bench-serve gate bench-register prove crash format lock clean

## all: make the virtual environment in .venv ready
all: .venv/ready

# The lock brings every dependency with its hash; the two projects of this tree are installed in place beside them.
.venv/ready: requirements.lock pyproject.toml $(wildcard $(CLIENT)/pyproject.toml)
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -qq --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install -qq --no-deps --editable .
	if test -f $(CLIENT)/pyproject.toml; then $(BIN)/python -m pip install -qq --no-deps --editable $(CLIENT); fi
	touch $@

# What only measurements need, on top of that.
.venv/bench-ready: .venv/ready requirements-bench.lock
	$(BIN)/python -m pip install -qq --require-hashes --requirement requirements-bench.lock
	touch $@

## demo: a synthetic population, a server, one request, one explained refusal, one large batch
demo: all
	$(BIN)/rules-service demo

# A process for each core, a file of tests for each process at a time: its tests share servers, and some count together.
# Each process has a PostgreSQL server of its own. A file with one slow test must not be the last: no reordering.
IN_PARALLEL := -n auto --maxprocesses=8 --dist=loadfile --no-loadscope-reorder

## test: every test, on all cores; one file alone is quicker without: `.venv/bin/python -m pytest tests/FILE`
test: all
	$(BIN)/python -m pytest $(IN_PARALLEL)

## check: what continuous integration runs
check: lint types generated coverage test

lint: all
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports

types: all
	$(BIN)/mypy

## coverage: the rulesets against the documents, the cases against the rulesets; SOURCES=DIR compares the texts themselves
coverage: all
	$(BIN)/rules-service rules coverage $(if $(SOURCES),--source $(SOURCES))

## generate: write the stubs of the service's interface, and the schemas of the rules, again
generate: all
	$(BIN)/python proto/generate.py
	$(BIN)/python -m rules_service.load.schemas rulesets/schema

generated: all
	$(BIN)/python proto/generate.py --check
	$(BIN)/python -m rules_service.load.schemas --check rulesets/schema

## bench: how fast decisions are, by evaluator
bench: all
	$(BIN)/python tests/benchmarks/run.py

## bench-peers: how fast decisions are beside other tools that do the same; exit 1 below the goals; SAVE=1 keeps the page
bench-peers: .venv/bench-ready
	$(BIN)/python tests/benchmarks/compare.py $(if $(SAVE),--save)

## bench-growth: how speed and memory grow, with pictures, in tests/benchmarks/results; exit 1 below the goals
bench-growth: .venv/bench-ready
	$(BIN)/python tests/benchmarks/growth.py

## bench-serve: how fast the server answers beside the usual way and bare servers; exit 1 below the goals; SAVE=1 keeps it
bench-serve: .venv/bench-ready
	$(BIN)/python tests/benchmarks/serving.py $(if $(SAVE),--save)

## gate: whether decisions have become slower beside C, NumPy and portion than they were committed to be
gate: all
	$(BIN)/python tests/benchmarks/gate.py

## bench-register: the index of a register, imports and single writes against the bare databases; exit 1 below its goals
bench-register: all
	$(BIN)/python tests/benchmarks/register.py

## crash: kill the server in the middle of its writes, 200 times on each database, and look for what it acknowledged
crash: all
	$(BIN)/python tests/crash/run.py

## prove: a million random cases, every evaluator against the others
prove: all
	$(BIN)/python tests/prove.py

## format: put the sources into the house form
format: all
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

COMPILE := .venv-lock/bin/pip-compile --quiet --upgrade --strip-extras --generate-hashes --allow-unsafe --no-header \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options

## lock: resolve the dependencies again, into requirements.lock, and requirements-bench.lock for measurements
lock:
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/pip install --quiet pip-tools==7.6.2
	$(COMPILE) --extra dev --output-file requirements.lock pyproject.toml
	$(COMPILE) --extra bench --constraint requirements.lock --output-file requirements-bench.lock pyproject.toml
	rm -rf .venv-lock

## clean: remove everything that can be made again
clean:
	rm -rf .venv .venv-lock .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

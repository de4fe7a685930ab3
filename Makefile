# Everything one does with this repository. `make` alone lists it.
BIN := .venv/bin
PIP := $(BIN)/pip install --disable-pip-version-check
NPM := scripts/npm
UV  := .lock/bin/uv

CLIENT := web/index.html web/vite.config.ts $(wildcard web/tsconfig*.json) $(shell find web/src web/public 2>/dev/null)

.DEFAULT_GOAL := help
# The tests start hundreds of processes: what Python compiled once is not compiled again.
unexport PYTHONDONTWRITEBYTECODE

.DELETE_ON_ERROR:
.PHONY: help setup run demo test check lint lint-server lint-client test-client test-server format mutants bench bench-client pictures lock openapi clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 12

setup: .venv/.installed-dev web/dist/index.html ## install into .venv and web/node_modules, build the client

run: .venv/.installed web/dist/index.html ## install what is needed and serve on 127.0.0.1:8000
	$(BIN)/deskchat serve

demo: .venv/.installed web/dist/index.html ## serve a throwaway workspace of five people
	$(BIN)/deskchat demo

test: setup ## everything that must pass: style, types, directions, every test
	scripts/test-needs
	$(MAKE) --no-print-directory -j 2 --output-sync test-server lint test-client

check: lint test-client ## the quick part of `make test`
	$(BIN)/pytest -n 3 --dist loadgroup -m "not slow and not browser"

lint: lint-server lint-client ## style, types, directions of imports

lint-server: setup
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

lint-client: setup
	$(NPM) run format:check
	$(NPM) run lint
	$(NPM) run typecheck

test-client: setup
	$(NPM) test

# One more than two cores: while a test waits for a disk, a process or a clock of its own, another one goes on.
# The plus sign: what it says is seen as it says it.
test-server: setup
	+$(BIN)/pytest -n 3 --dist loadgroup

format: setup ## put code into shape
	$(BIN)/ruff format
	$(BIN)/ruff check --fix
	$(NPM) run format

mutants: setup ## break each promise in turn: the tests must notice
	scripts/test-needs
	$(BIN)/python -m tests.mutants

bench: setup ## measure what the server can do, beside what the machine can; BENCH="--only posts" measures less
	scripts/test-needs
	$(BIN)/python -m bench.server $(BENCH)

bench-client: setup ## measure how the client feels, in a real browser; MINUTES=1 watches its memory for less than ten
	scripts/test-needs
	$(BIN)/python -m bench.client --minutes $(or $(MINUTES),10)

pictures: setup ## drive the product through every screen and take pictures, into build/pictures
	scripts/test-needs
	$(BIN)/python -m tests.browser.pictures build/pictures

openapi: setup ## write docs/openapi.json from the code, and the client's types from it
	$(BIN)/deskchat openapi > docs/openapi.json
	$(NPM) run types

lock: .lock/bin/uv ## bring the locked requirements up to date with pyproject.toml and package.json
	$(UV_COMPILE) --group install -o requirements.txt
	$(UV_COMPILE) --group install --group dev -c requirements.txt -o requirements-dev.txt
	$(UV) pip compile $(LOCKED) --group pyproject.toml:node -o requirements-node.txt
	$(NPM) install --package-lock-only

clean: ## remove what was installed and built
	rm -rf .venv .lock web/node_modules web/dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	rm -rf .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache

# Locked for every platform and every Python from 3.11 on; hashes, and no word of where packages come from.
LOCKED := --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	--custom-compile-command "make lock"
UV_COMPILE := $(UV) pip compile $(LOCKED) pyproject.toml

# Each step below runs again only when what it is made from has changed.

.venv/.made:
	scripts/venv
	@touch $@

.venv/.installed: .venv/.made requirements.txt pyproject.toml build_hook.py
	$(PIP) --require-hashes -r requirements.txt
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

.venv/.installed-dev: .venv/.installed requirements-dev.txt
	$(PIP) --require-hashes -r requirements-dev.txt
	@touch $@

web/node_modules/.installed: web/package.json web/package-lock.json web/.npmrc | .venv/.made
	$(NPM) ci
	@touch $@

web/dist/index.html: web/node_modules/.installed $(CLIENT)
	$(NPM) run build

.lock/bin/uv: | .venv/.made
	$(BIN)/python -m venv .lock
	.lock/bin/pip install --disable-pip-version-check "uv~=0.13.9"

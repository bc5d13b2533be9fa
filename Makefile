# One door for newcomers, developers and CI. `make demo` and `make test` work from a bare checkout.
PYTHON ?= python3
PORT ?= 8080
VENV := .venv
BIN := $(VENV)/bin
export PYTHONDONTWRITEBYTECODE := 1

.PHONY: help setup demo test check bench soak texts browser clean
.DEFAULT_GOAL := help

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | awk -F'\t' '{printf "  make %-8s %s\n", $$1, $$2}'

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Amanet needs Python 3.11 or newer (make PYTHON=...)."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run-ready: requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.dev-ready: requirements-dev.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ $(VENV)/.run-ready

$(VENV)/.node-ready: requirements-node.txt web/node.sh | $(BIN)/python
	@sh web/node.sh --version >/dev/null 2>&1 || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-node.txt
	@touch $@

web/node_modules/.ready: web/package-lock.json web/.npmrc | $(VENV)/.node-ready
	cd web && sh node.sh npm ci --ignore-scripts --silent
	@touch $@

web/dist/bundle.json: web/node_modules/.ready web/build.mjs web/tsconfig.json $(shell find web/src -type f)
	cd web && sh node.sh build.mjs

setup: $(VENV)/.dev-ready web/dist/bundle.json ## the environment of developers and tests, in .venv, and the pages in web/dist

demo: $(VENV)/.run-ready web/dist/bundle.json ## a whole deployment with two phones on this machine (PORT=8080); Ctrl-C ends it
	@exec $(BIN)/python -m bot demo --port $(PORT)

test: setup browser ## every test
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder -m "not timed"
	$(BIN)/python -m pytest -m timed

check: setup ## lint, types, import laws, flows and catalogues
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m bot flow check
	cd web && sh node.sh npm run --silent types
	cd web && sh node.sh npm test --silent

bench: setup ## Telegram traffic against a bare aiogram bot, written to docs/benchmarks.md
	$(BIN)/python -m tests.bench

soak: setup browser ## the long simulations and kills
	$(BIN)/python -m pytest -m soak -p no:cacheprovider --soak

texts: setup ## extract the texts and refresh the catalogues
	$(BIN)/python -m locales.extract

browser:
	@command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || { \
	  echo "Installing Chromium for the page tests ..."; \
	  SUDO=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	  { $$SUDO apt-get update -qq && $$SUDO apt-get install -y -qq --no-install-recommends chromium >/dev/null; } \
	  || { echo "Please install Chromium (on Debian: apt-get install chromium)."; exit 1; }; }

clean: ## removes what the targets above made
	rm -rf $(VENV) web/node_modules web/dist web/build build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

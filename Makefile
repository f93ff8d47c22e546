# Agora's commands. `make help` lists them; `make up` and `make test` are all the set-up there is.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv/bin
RUN := .venv/.run
DEV := .venv/.dev
NODE := node_modules/.agora
name ?=

.PHONY: help install up down status logs reset demo test prove drift bench lint format migration types sql permissions bench-catalogue

help: ## what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{ printf "  make %-12s %s\n", $$1, $$2 }'

# --- installing: once, and again only when a lock file changes -------------------------------------

define need
@command -v $(1) >/dev/null || { echo "error: missing tool: $(1) is needed ($(2))" >&2; exit 1; }
endef

.venv/bin/python:
	@[ -n "$(PYTHON)" ] || { echo "error: missing tool: Python 3.11 or newer is needed (https://python.org)" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "error: missing tool: Python 3.11 or newer is needed, this is $$($(PYTHON) --version)" >&2; exit 1; }
	@echo "installing: Python environment"
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "error: no virtual environment could be made (on Debian: apt install python3-venv)" >&2; exit 1; }

$(RUN): requirements/run.lock pyproject.toml | .venv/bin/python
	@echo "installing: Python packages (requirements/run.lock)"
	@$(VENV)/pip install --disable-pip-version-check --progress-bar off -q --require-hashes -r requirements/run.lock
	@$(VENV)/pip install --disable-pip-version-check -q --no-deps -e .
	@touch $@

$(DEV): requirements/dev.lock $(RUN)
	@echo "installing: test and lint tools (requirements/dev.lock)"
	@$(VENV)/pip install --disable-pip-version-check --progress-bar off -q --require-hashes -r requirements/dev.lock
	@touch $@

# Not `npm ci`: it insists on a lock of every other platform's binaries too, which a registry mirror
# may not carry. --no-save keeps to the lock and never rewrites it.
$(NODE): package.json package-lock.json
	$(call need,node,https://nodejs.org)
	$(call need,npm,https://nodejs.org)
	@echo "installing: Node packages: Postgres, PostgREST, Auth, Supabase CLI (package-lock.json)"
	@npm install --no-save --no-audit --no-fund --loglevel=error
	@touch $@

install: $(RUN) $(NODE) ## install what `make up` needs

# --- the stack ------------------------------------------------------------------------------------

up: install ## start the whole stack with demo data; Ctrl-C stops it
	@exec $(VENV)/python -m local up

down: ## stop a stack that runs in another terminal
	@$(VENV)/python -m local down

status: ## what is up and what is down
	@$(VENV)/python -m local status

logs: ## follow every process's log
	@$(VENV)/python -m local logs

reset: ## stop, and remove all local data
	@if [ -x $(VENV)/python ]; then $(VENV)/python -m local reset; else rm -rf .agora; fi

sql: ## a SQL prompt on the running stack, as postgres
	@eval "$$($(VENV)/python -m local env postgres)" && $(VENV)/python -m agora sql

demo: install ## one purchase from end to end, as a transcript (starts its own stack if none runs)
	@$(VENV)/python -m local.demo

# --- developing -----------------------------------------------------------------------------------

test: $(DEV) $(NODE) ## everything that .ci/run runs: lint, proofs, tests
	@$(MAKE) --no-print-directory lint
	@$(VENV)/python -m pytest $(PYTEST_ARGS)

lint: $(DEV) ## ruff, strict types, sqlfluff
	@$(VENV)/ruff check .
	@$(VENV)/ruff format --check .
	@$(VENV)/mypy
	@$(VENV)/sqlfluff lint --processes 2 -q supabase/functions supabase/policies local tests \
		$$(grep -L "^-- Stamped from" supabase/migrations/*.sql)  # a stamp is a copy of linted sources

format: $(DEV) ## let ruff format the Python files
	@$(VENV)/ruff check --fix . && $(VENV)/ruff format .

prove: $(DEV) $(NODE) ## no leak, no drift: drift check, Supabase's advisors, pgrls, trespass
	@$(VENV)/python -m local.dev prove

drift: $(DEV) $(NODE) ## do sources, migrations and types agree?
	@$(VENV)/python -m local.dev drift

migration: $(DEV) ## make migration name=… : stamp changed sources into a new migration
	@[ -n "$(name)" ] || { echo "usage: make migration name=what_changes" >&2; exit 2; }
	@$(VENV)/python -m local.dev stamp --name "$(name)"

types: $(DEV) $(NODE) ## generate supabase/types from the migrations
	@$(VENV)/python -m local.dev types

bench: $(DEV) $(NODE) ## measure; ratios are printed and kept in benchmarks/results
	@$(VENV)/python -m benchmarks

permissions: $(DEV) $(NODE) ## ask the live API who may do what; review the diff like code
	@$(VENV)/python -m tests.py.permissions

bench-catalogue: $(DEV) $(NODE) ## the catalogue's hot queries at 10⁴ and 10⁶ products (BENCH_PRODUCTS)
	@$(VENV)/python -m benchmarks.catalogue

# Everything a machine with Python 3.11 or newer and make needs; `make` alone lists the targets.
.DEFAULT_GOAL := help
.PHONY: help run test long check static-checks browser whole chaos chaos-release access bench clean

VENV := .venv
PY := $(VENV)/bin/python
# The first Python that is new enough; `make run PYTHON=/path/to/python` chooses another.
PYTHON ?= $(shell for each in python3.11 python3.12 python3.13 python3.14 python3 python; do \
	"$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$each"; break; }; done)

# Tests are shared out between as many processes as there are cores, each with its own PostgreSQL.
SPREAD := -n auto --dist worksteal
# In a browser the tests of a file share a site: they stay together.
SPREAD_FILES := -n auto --dist loadscope

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 10

run: $(VENV)/.run ## start the whole site on this machine and print its address; Ctrl-C stops it
	@exec $(PY) -W ignore manage.py up --with-parent

test: $(VENV)/.dev ## all tests but the long ones, a process for each core
	@$(PY) -m pytest $(SPREAD) -m "not slow" --ignore tests/browser --ignore tests/chaos

long: $(VENV)/.dev ## the long tests: the demonstration, the supervisor, reminders under faults
	@$(PY) -m pytest $(SPREAD) -m slow --ignore tests/browser --ignore tests/chaos
	@$(PY) -m pytest tests/chaos

check: static-checks test long browser whole ## all that CI does: static checks, then every test

static-checks: $(VENV)/.dev ## style, types, import rules, migrations, translations, production settings
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(VENV)/bin/lint-imports
	$(PY) -m mypy
	$(VENV)/bin/djlint templates --lint --quiet
	$(PY) -W ignore manage.py makemigrations --check --dry-run
	$(PY) manage.py translations --compile
	$(PY) manage.py translations --check
	@echo "manage.py check --deploy with production settings"
	@env $$($(PY) manage.py new_keys) BASE_URL=https://cairn.example.org EMAIL_URL=smtp+tls://mail.example.org \
		DATABASE_URL=postgresql://cairn@db.example.org/cairn REDIS_URL=rediss://redis.example.org/0 \
		$(PY) -W error manage.py check --deploy --fail-level WARNING

browser: $(VENV)/.dev ## the story and every page in a real browser (needs Chromium)
	@$(PY) -m pytest $(SPREAD_FILES) tests/browser -m "not whole"

whole: $(VENV)/.dev ## the whole programme in a browser, by keyboard in French and without scripts in English
	@$(PY) -m pytest $(SPREAD) tests/browser -m whole

chaos: $(VENV)/.dev ## reminders and servers under faults
	@$(PY) -m pytest tests/chaos

chaos-release: $(VENV)/.dev ## the same before a release: 3,000 kills and more, over an hour, with its figures
	@CHAOS=release $(PY) -m pytest tests/chaos -s

access: $(VENV)/.dev ## who may see what, and the fence between networks
	@$(PY) -m pytest tests/access tests/isolation -q

bench: $(VENV)/.dev ## measure this machine and print the table
	@$(PY) -m bench

clean: ## remove the virtual environment; the data under .cairn stays
	rm -rf $(VENV)

# Stamps: the environment is made once, and again when a locked file changes.
$(VENV)/.run: requirements.txt | $(VENV)/.python
	@echo "Installing the locked packages (only when they change)"
	@$(PY) -m pip install --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt | $(VENV)/.python
	@echo "Installing the locked packages for development (only when they change)"
	@$(PY) -m pip install --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ $(VENV)/.run

$(VENV)/.python:
	@test -n "$(PYTHON)" || { echo "Cairn needs Python 3.11 or newer, and none was found." \
		"Install it, or name one: make run PYTHON=/path/to/python3.11" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Cairn needs Python 3.11 or newer;" \
		"$(PYTHON) is older or does not run. Name another: make run PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "Making a virtual environment with $(PYTHON)"
	@"$(PYTHON)" -m venv --clear $(VENV)
	@touch $@

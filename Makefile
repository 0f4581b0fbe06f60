# Everything is two commands: `make demo` and `make test`.
PYTHON ?= python3
PORT ?= 8000
SHELL := bash
.SHELLFLAGS := -o pipefail -c
VENV := .venv
RUN := $(VENV)/bin/python
DEMO := SAMENKOMPAS_DEBUG=1 SAMENKOMPAS_DEMO=1 $(RUN) manage.py demo --port $(PORT)

.DEFAULT_GOAL := help
.PHONY: able free help demo demo-reset test test-full check fmt lock messages clean

help: ## List what you can do
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: free $(VENV)/runtime ## Fill a fictional municipality and serve it on http://localhost:8000 (PORT=8001: on another)
	@$(DEMO)

demo-reset: free $(VENV)/runtime ## The same, from an empty database
	@$(DEMO) --reset

test: $(VENV)/develop ## Prove that everything holds (what CI runs)
	@bash .ci/run --no-system

test-full: $(VENV)/develop ## Try everything, on PostgreSQL and Redis with two processes (installs and starts its own)
	@.ci/with-services bash .ci/run --full
	@.ci/with-services .ci/install

check: $(VENV)/develop ## The quick half: style, migrations, translations, tests without a browser
	@bash .ci/run --quick

fmt: $(VENV)/develop ## Format and sort
	@$(VENV)/bin/ruff format . && $(VENV)/bin/ruff check --fix . && $(VENV)/bin/djhtml --tabwidth 2 templates

lock: ## Compile the pins, with hashes for every platform
	uv pip compile -q -U --universal --python-version 3.11 --generate-hashes --no-header requirements.in -o requirements.txt
	uv pip compile -q -U --universal --python-version 3.11 --generate-hashes --no-header requirements-dev.in -o requirements-dev.txt

messages: $(VENV)/develop ## Collect and compile the Dutch texts (needs gettext)
	@SAMENKOMPAS_DEBUG=1 $(RUN) manage.py makemessages -l nl --no-wrap --no-location --no-obsolete --ignore '.venv/*' --ignore 'staticfiles/*' --ignore 'tests/*'
	@SAMENKOMPAS_DEBUG=1 $(RUN) manage.py compilemessages -l nl --ignore '.venv/*'

clean: ## Remove the environment and the demo's data
	rm -rf $(VENV) var staticfiles

# What can't work is found before anything is done.
able:
	@command -v $(PYTHON) >/dev/null || { echo "Please install Python 3.11 or newer. On Debian: apt install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "This needs Python 3.11 or newer; $(PYTHON) is older."; exit 1; }
	@command -v uv >/dev/null || $(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "Please install python3-venv: apt install python3-venv"; exit 1; }

free: able
	@! (exec 3<>/dev/tcp/127.0.0.1/$(PORT)) 2>/dev/null || { echo "Port $(PORT) is in use. Choose another: make $(firstword $(MAKECMDGOALS)) PORT=$$(($(PORT) + 1))"; exit 1; }

# uv when it is there (seconds), otherwise pip (about a minute, so it counts along).
define install
	@echo "==> Installing $(1)"
	@if command -v uv >/dev/null; then \
	  { [ -x $(RUN) ] || uv venv -q --python $(PYTHON) $(VENV); } && uv pip install -q --compile-bytecode --python $(RUN) --require-hashes -r $(1); \
	else \
	  { [ -x $(VENV)/bin/pip ] || $(PYTHON) -m venv $(VENV); } && $(VENV)/bin/pip install --disable-pip-version-check --progress-bar off --require-hashes -r $(1) | \
	    awk -v all=$$(grep -hc == requirements.txt) '/^Collecting/ { printf "\r    %d of about %d: %-40s", ++n, all, $$2; fflush() } \
	      /^Installing/ { printf "\r%-60s", "    putting them in place"; fflush() } END { print "" }'; \
	fi
	@touch $@
endef

$(VENV)/runtime: requirements.txt | able
	$(call install,requirements.txt)

$(VENV)/develop: requirements-dev.txt | able
	$(call install,requirements-dev.txt)

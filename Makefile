# Everything is two commands: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
DEMO := SAMENKOMPAS_DEBUG=1 SAMENKOMPAS_DEMO=1 $(RUN) manage.py demo

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test test-full check fmt lock messages clean

help: ## List what you can do
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: $(VENV)/runtime ## Fill a fictional municipality and serve it on http://localhost:8000
	@$(DEMO)

demo-reset: $(VENV)/runtime ## The same, from an empty database
	@$(DEMO) --reset

test: $(VENV)/develop ## Prove that everything holds (what CI runs)
	@bash .ci/run --no-system

test-full: $(VENV)/develop ## Try everything, on PostgreSQL and Redis with two processes (installs and starts its own)
	@.ci/with-services bash .ci/run --full
	@.ci/with-services .ci/install

check: $(VENV)/develop ## The quick half: style, migrations, translations, tests without a browser
	@bash .ci/run --quick

fmt: $(VENV)/develop ## Format and sort
	@$(VENV)/bin/ruff format . && $(VENV)/bin/ruff check --fix .

lock: ## Compile the pins, with hashes for every platform
	uv pip compile -q -U --universal --python-version 3.11 --generate-hashes --no-header requirements.in -o requirements.txt
	uv pip compile -q -U --universal --python-version 3.11 --generate-hashes --no-header requirements-dev.in -o requirements-dev.txt

messages: $(VENV)/develop ## Collect and compile the Dutch texts (needs gettext)
	@SAMENKOMPAS_DEBUG=1 $(RUN) manage.py makemessages -l nl --no-wrap --no-location --no-obsolete --ignore '.venv/*' --ignore 'staticfiles/*' --ignore 'tests/*'
	@SAMENKOMPAS_DEBUG=1 $(RUN) manage.py compilemessages -l nl --ignore '.venv/*'

clean: ## Remove the environment and the demo's data
	rm -rf $(VENV) var staticfiles

# uv when it is there (seconds), otherwise pip (about a minute).
define install
	@echo "==> Installing $(1)"
	@if command -v uv >/dev/null; then \
	  { [ -x $(RUN) ] || uv venv -q --python $(PYTHON) $(VENV); } && uv pip install -q --compile-bytecode --python $(RUN) --require-hashes -r $(1); \
	else \
	  { [ -x $(VENV)/bin/pip ] || $(PYTHON) -m venv $(VENV); } && $(VENV)/bin/pip install -q --disable-pip-version-check --require-hashes -r $(1); \
	fi
	@touch $@
endef

$(VENV)/runtime: requirements.txt
	$(call install,requirements.txt)

$(VENV)/develop: requirements-dev.txt
	$(call install,requirements-dev.txt)

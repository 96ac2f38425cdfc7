# Everything a person or CI does with railbed. `make` alone lists it.
STACK ?= sandbox
VENV := .venv
PYTHON := $(VENV)/bin/python
INSTALLED := $(VENV)/installed
SANDBOX := $(PYTHON) -m sandbox
NEWEST := demo_image release zero_downtime sidekiq migration_failures app_servers

export PYTHONPATH := $(CURDIR)
# Some machines forbid it; without, every `pulumi` command and every run of tests compiles the whole project anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install up down status preview rehearse test test-unit test-engine test-judges aws-provider test-cluster test-components test-clouds test-docker test-newest generate graphs lint bench

help:  ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(INSTALLED)  ## Install what the sandbox and the tests need into .venv

up: $(INSTALLED)  ## Start the sandbox, deploy the demo to it, print its URL; STACK=docker: to one machine with Docker
	@$(SANDBOX) up $(STACK)
	@$(SANDBOX) run sh -c 'pulumi stack select --create $(STACK) >/dev/null && pulumi up --yes --skip-preview --stack $(STACK)'
	@$(SANDBOX) status

down: $(INSTALLED)  ## End the sandbox and remove all that it made
	@$(SANDBOX) down

status: $(INSTALLED)  ## Show what runs in the sandbox, what is real and what is a stand-in
	@$(SANDBOX) status

preview: $(INSTALLED)  ## Show what `pulumi up` would make of a stack's settings, with no account: STACK=sandbox
	@$(SANDBOX) preview $(STACK)

rehearse: $(INSTALLED)  ## Take a production stack from nothing through releases to destroy, with no account: STACK=prod
	@$(SANDBOX) up $(STACK)
	@$(SANDBOX) rehearse $(STACK)

test: test-unit test-engine test-judges test-docker test-cluster  ## Run all tests

test-unit: $(INSTALLED)  ## Tests of components and settings: seconds, anywhere
	$(PYTHON) -m pytest tests/unit

test-engine: $(INSTALLED)  ## Tests with the real Pulumi engine
	$(PYTHON) -m pytest --numprocesses auto --dist loadscope tests/engine

test-judges: $(INSTALLED)  ## Judges of others over all that is registered: Pod Security, checkov, AWS' controls, the clouds' API models
	$(PYTHON) -m pytest tests/judges

aws-provider: $(INSTALLED)  ## Build the real AWS provider for the judges, which skip it otherwise: an hour of a processor, once
	@$(PYTHON) -m tests.judges.aws_provider

test-cluster: $(INSTALLED)  ## Tests on a real Kubernetes with real Rails (Linux, root)
	$(PYTHON) -m pytest tests/cluster

test-components: $(INSTALLED)  ## Of these, the ones of single components: reasons, stores, schedules
	$(PYTHON) -m pytest tests/cluster/components

test-clouds: $(INSTALLED)  ## Of these, the ones with the clouds' stand-ins: production rehearsed whole
	$(PYTHON) -m pytest tests/cluster/clouds

test-docker: $(INSTALLED)  ## Tests on a real Docker engine with real Rails, one machine without Kubernetes (Linux, root)
	$(PYTHON) -m pytest tests/docker

# In a sandbox of its own, beside the other: no store of one is started by the PostgreSQL of the other.
test-newest: export RAILBED_SANDBOX_SUITE = sid
test-newest: export RAILBED_SANDBOX_STATE = $(or $(XDG_STATE_HOME),$(HOME)/.local/state)/railbed-newest
test-newest: export RAILBED_SANDBOX_NETWORK = 10.242.0.0/24
test-newest: $(INSTALLED)  ## Releases, drains, workers and migrations on Debian's unstable release: Puma 8, Sidekiq 8, PostgreSQL 18
	@$(SANDBOX) up || { echo "not run: no sandbox of Debian's unstable release, for the reason above" >&2; exit 1; }
	@$(PYTHON) -m pytest $(NEWEST:%=tests/cluster/test_%.py); result=$$?; $(SANDBOX) down; exit $$result

generate: $(INSTALLED)  ## Write the components' arguments, railbed/args.py, from the models that check them
	$(PYTHON) components/generate_args.py

graphs: $(INSTALLED)  ## Draw the graphs of docs/architecture.md from what the stacks register
	$(PYTHON) -m pytest --quiet tests/unit/test_target_graphs.py --draw-graphs

lint: $(INSTALLED)  ## Formatting, lint and types; fails too where args.py is not as the models are
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(PYTHON) components/generate_args.py --check

bench: $(INSTALLED)  ## Time releases and previews against the same by hand and without railbed, and how they grow
	@$(PYTHON) -m bench

# Compiled once here: importing the cloud SDKs takes four times as long without.
$(INSTALLED): requirements.txt requirements-dev.txt sandbox/requirements.txt components/pyproject.toml stacks/pyproject.toml
	@python3 -c 'import sys; sys.version_info >= (3, 11) or sys.exit("railbed needs Python 3.11 or later; python3 is " + sys.version.split()[0])'
	@test -x $(PYTHON) || python3 -m venv $(VENV) || { test "$$(id -u)" = 0 && apt-get install -y python3-venv && python3 -m venv $(VENV); }
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	-@$(PYTHON) -m compileall -q -j 0 $(VENV)/lib >/dev/null 2>&1
	@touch $@

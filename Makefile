# Each of these works as the first command on a fresh clone.
# TARGET=name, DEPARTMENT=name and USER_CODE=code narrow plan, apply, drift and validate down;
# YES=1 keeps apply from asking.

PYTHON ?= python3
EFSYNC := .venv/bin/efsync
READY := .venv/.ready
# as variables, so that no name is ever read by a shell
$(if $(TARGET),$(eval export EFSYNC_TARGET := $(value TARGET)))
$(if $(DEPARTMENT),$(eval export EFSYNC_DEPARTMENT := $(value DEPARTMENT)))
$(if $(USER_CODE),$(eval export EFSYNC_USER := $(value USER_CODE)))
DEMO = $(if $(filter-out demo,$(TARGET)),,.efsync/demo-erp.db)

.DEFAULT_GOAL := help
.PHONY: help plan apply drift validate demo test lint bench picture translations site lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

plan: $(READY) $(DEMO) ## show what efsync would change in the ERP
	@$(EFSYNC) plan

apply: $(READY) $(DEMO) ## change it, after asking
	@$(EFSYNC) apply $(if $(YES),--yes)

drift: $(READY) $(DEMO) ## show what changed in the ERP since the last apply
	@$(EFSYNC) drift

validate: $(READY) ## check the department files
	@$(EFSYNC) validate

demo: $(READY) ## make the demo ERP anew
	@$(EFSYNC) demo

test: $(READY) ## run the tests
	@.venv/bin/pytest

lint: $(READY) ## check style, types and the direction of imports
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports

bench: $(READY) ## measure speed against a floor
	@.venv/bin/python -m benchmarks

picture: $(READY) ## draw the README's pictures of a plan
	@.venv/bin/python docs/picture.py
	@.venv/bin/python docs/report_picture.py

translations: $(READY) ## gather messages for translation, and compile what is translated
	@.venv/bin/python -m translations

site: $(READY) ## build the documentation site, in site/
	@.venv/bin/python -m website

lock: $(READY) ## pin the dependencies anew
	@.venv/bin/pip-compile --quiet --upgrade --strip-extras --generate-hashes --allow-unsafe --no-emit-index-url \
		--no-emit-find-links --no-emit-options --extra dev --output-file requirements.lock pyproject.toml

clean: ## remove the environment and caches; .efsync, with key and state, stays
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache dist site

.efsync/demo-erp.db: | $(READY)
	@$(EFSYNC) demo

$(READY): requirements.lock pyproject.toml
	@test -x .venv/bin/python || $(PYTHON) -m venv .venv
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

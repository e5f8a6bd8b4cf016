# Each of these works as the first command on a fresh clone.
# TARGET=name, DEPARTMENT=name and USER_CODE=code narrow plan, apply, drift and validate down;
# YES=1 keeps apply from asking.

PYTHON ?= python3
EFSYNC := .venv/bin/efsync
READY := .venv/.ready
DEVELOP := .venv/.develop
EXTRAS := age aws dask fernet keyring mssql mysql postgres vault
# as variables, so that no name is ever read by a shell
$(if $(TARGET),$(eval export EFSYNC_TARGET := $(value TARGET)))
$(if $(DEPARTMENT),$(eval export EFSYNC_DEPARTMENT := $(value DEPARTMENT)))
$(if $(USER_CODE),$(eval export EFSYNC_USER := $(value USER_CODE)))
DEMO = $(if $(filter-out demo,$(TARGET)),,.efsync/demo-erp.db)

.DEFAULT_GOAL := help
.PHONY: help plan apply drift validate demo test lint bench picture translations site lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' Makefile

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

test: $(DEVELOP) ## run the tests
	@.venv/bin/pytest

lint: $(DEVELOP) ## check style, types and the direction of imports
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports

bench: $(DEVELOP) ## measure speed against a floor
	@.venv/bin/python -m benchmarks

picture: $(DEVELOP) ## draw the README's pictures of a plan
	@.venv/bin/python docs/picture.py
	@.venv/bin/python docs/report_picture.py

translations: $(DEVELOP) ## gather messages for translation, and compile what is translated
	@.venv/bin/python -m translations

site: $(DEVELOP) ## build the documentation site, in site/, and say how to read it
	@.venv/bin/python -m website

PIN := .venv/bin/pip-compile --quiet --upgrade --strip-extras --generate-hashes --allow-unsafe --no-emit-index-url \
	--no-emit-find-links --no-emit-options

lock: $(DEVELOP) ## pin the dependencies anew
	@$(PIN) $(EXTRAS:%=--extra %) --build-deps-for editable --output-file requirements.lock pyproject.toml
	@$(PIN) --extra dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml

clean: ## remove the environment and caches; .efsync, with key and state, stays
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache dist site

.efsync/demo-erp.db: | $(READY)
	@echo "Making the demo ERP, $@." >&2
	@$(EFSYNC) demo >/dev/null

INSTALL := .venv/bin/python -m pip install --quiet --disable-pip-version-check

$(READY): requirements.lock pyproject.toml
	@echo "Setting up .venv, once: a minute or so." >&2
	@test -x .venv/bin/python || $(PYTHON) -m venv .venv
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(DEVELOP): requirements-dev.lock | $(READY)
	@echo "Adding to .venv what tests and checks need, once: some minutes." >&2
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

# Every target sets up what it needs: nothing but Python (3.11 or newer, with venv or pip) and make has to be there.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

SERVICES := objectives kpi conflicts resources
MEMBERS := $(SERVICES) gateway shared local
MEMBER_PATHS := $(addprefix services/,$(SERVICES)) gateway shared deploy/local
PACKAGES := $(foreach path,$(MEMBER_PATHS),$(wildcard $(path)/entente_*))
BIN := .venv/bin
UV := .tools/bin/uv
ENV := .venv/.installed

.PHONY: help up down demo test check bench contracts contracts-check lock fmt lint types imports images-lint smoke mutants i18n clean

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## /\1\t/' | expand -t 12

# ------------------------------------------------------------------ the environment
$(UV):
	@if command -v uv >/dev/null; then mkdir -p .tools/bin && ln -sf "$$(command -v uv)" $(UV); \
	elif python3 -m venv .tools 2>/dev/null; then .tools/bin/python -m pip install --quiet "uv>=0.13,<0.14"; \
	elif python3 -m pip --version >/dev/null 2>&1; then rm -rf .tools && python3 -m pip install --quiet --prefix .tools "uv>=0.13,<0.14" \
	  && ln -sf "$$(find .tools -name uv -type f -perm -u+x | head -1 | xargs realpath)" $(UV); \
	else rm -rf .tools; echo "Python's venv is missing: apt install python3-venv" >&2; exit 1; fi

$(ENV): lock/dev.txt $(addsuffix /pyproject.toml,$(MEMBER_PATHS)) | $(UV)
	@echo "setting up .venv ..."
	@$(UV) venv --quiet --allow-existing .venv
	@$(UV) pip sync --quiet --compile-bytecode --require-hashes lock/dev.txt
	@$(UV) pip install --quiet --no-deps $(addprefix -e ,$(MEMBER_PATHS))
	@touch $@

# ------------------------------------------------------------------ running
up: $(ENV) ## start everything in the background and show the addresses
	$(BIN)/entente up --detach

down: $(ENV) ## stop everything
	$(BIN)/entente down

demo: $(ENV) ## the closed loop on real figures; leaves everything running
	$(BIN)/entente demo

# ------------------------------------------------------------------ checking
test: $(ENV) ## all tests, with the coverage that is promised
	rm -f .coverage .coverage.*
	$(BIN)/pytest --cov --cov-report= -q -n 2 --dist loadfile
	$(BIN)/coverage report --include='*/entente_shared/*' --fail-under=95 --skip-covered
	$(BIN)/coverage report --include='*/domain.py,*/domain/*' --fail-under=95 --skip-covered

check: lint types imports smoke images-lint contracts-check test ## everything that CI runs

lint: $(ENV)
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .

types: $(ENV)
	$(BIN)/mypy --no-error-summary $(PACKAGES) deploy/setup/entente_setup

imports: $(ENV)
	$(BIN)/lint-imports --no-logo

smoke: $(ENV) ## each member imports from an environment of its own
	@$(BIN)/python tests/smoke.py $(MEMBERS)

images-lint: $(ENV)
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	$(BIN)/hadolint deploy/Dockerfile

mutants: $(ENV) ## each mechanism is removed in a copy, and a test must fail
	$(BIN)/python tests/mutants/run.py

bench: $(ENV) ## ratios against peers, printed as tables
	$(BIN)/python tests/bench/run.py

# ------------------------------------------------------------------ maintaining
contracts: $(ENV) ## write clients/openapi.json and clients/asyncapi.json again from the code
	@mkdir -p clients .contracts
	@for service in $(SERVICES); do $(BIN)/python -W error::UserWarning -m entente_shared.dump_openapi entente_$$service > .contracts/$$service.json; done
	$(BIN)/python -m entente_gateway.merge $(foreach service,$(SERVICES),$(service)=.contracts/$(service).json)
	$(BIN)/python -m entente_shared.asyncapi > clients/asyncapi.json
	@rm -rf .contracts

contracts-check: contracts
	@git diff --exit-code --stat -- clients gateway/entente_gateway/openapi.json || { echo "the contracts have drifted: commit what 'make contracts' wrote" >&2; exit 1; }

lock: | $(UV) ## resolve again and export the hashed requirements (without hosts)
	$(UV) lock --quiet
	@for member in $(MEMBERS); do $(UV) export --quiet --frozen --no-emit-workspace --no-dev --package entente-$$member \
	  --no-header --no-annotate -o lock/$$member.txt; done
	@$(UV) export --quiet --frozen --no-emit-workspace --group dev --no-header --no-annotate -o lock/dev.txt
	@! grep -nE '://|^--(index|extra|find)' lock/*.txt

fmt: $(ENV) ## format, and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix --quiet .

i18n: $(ENV) ## collect the texts to translate into the catalogues
	@for package in $(PACKAGES); do \
	  $(BIN)/pybabel -q extract -k N_ -k _ --no-location --sort-output --omit-header -o $$package/locale/messages.pot $$package; \
	  $(BIN)/pybabel -q update -N --ignore-obsolete --omit-header -l fr -i $$package/locale/messages.pot -d $$package/locale; \
	  rm $$package/locale/messages.pot; done

clean: ## remove what was installed here (not the data in .entente)
	rm -rf .venv .tools .mypy_cache .ruff_cache .pytest_cache .hypothesis

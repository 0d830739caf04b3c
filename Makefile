# Every command of the project. Each sets up what it needs first: `make codegen` and `make test` work on a fresh clone.

PYTHON ?= python3
BIN := .venv/bin
LOCKED := .venv/.locked
READY := .venv/.ready
PYTEST_ARGS ?= -n auto --dist loadscope

.DEFAULT_GOAL := help
.PHONY: help codegen test check drift typecheck lint format golden models lock bench proof servers demo dist clean

help: ## List these commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | \
	    while IFS="$$(printf '\t')" read -r name what; do printf '  make %-10s %s\n' "$$name" "$$what"; done

codegen: $(READY) ## Compile the catalog: typed metrics, dashboards
	$(BIN)/typedprom generate

test: $(READY) ## Run every test, against real servers
	@$(PYTHON) tools/servers.py || test "$$CI" != true
	$(BIN)/python -m pytest $(PYTEST_ARGS)

check: lint typecheck drift ## Everything CI checks beside the tests

drift: $(READY) ## Fail if anything generated is not what the sources say
	$(BIN)/typedprom check --strict
	$(BIN)/typedprom generate --check
	$(BIN)/python codegen/scripts/models.py --check

typecheck: $(READY) ## mypy --strict on everything of ours
	$(BIN)/mypy

lint: $(READY) ## ruff: rules and format
	$(BIN)/ruff check
	$(BIN)/ruff format --check

format: $(READY) ## Let ruff mend what it can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

golden: $(READY) ## Rewrite the expected output of every golden case
	$(BIN)/python -m pytest tests/golden --update-golden

models: $(READY) ## Rewrite the raw models from schema/catalog.schema.json
	$(BIN)/python codegen/scripts/models.py

lock: $(READY) ## Pin the newest dependencies that fit, with hashes
	$(BIN)/uv pip compile --group pyproject.toml:dev --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-emit-find-links --no-header --upgrade --quiet --output-file requirements.lock

bench: $(READY) ## Measure beside peers, print ratios
	$(BIN)/python -m benchmarks

proof: $(READY) servers ## Prove that nothing recorded is lost, beside peers, print tables (about ten minutes)
	$(BIN)/python -m proofs

servers: ## Unpack Debian's Prometheus, Pushgateway and Alertmanager into .servers/, start nothing
	@$(PYTHON) tools/servers.py

demo: $(READY) servers ## Drive every SMS metric, scrape it with a real Prometheus, compare
	$(BIN)/python -m examples.demo

dist: $(READY) ## Build the three wheels into dist/
	for project in runtime codegen .; do $(BIN)/python -m build --no-isolation --outdir dist $$project; done

clean: ## Remove everything that is not in git, the servers too
	rm -rf .venv .servers build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . \( -name __pycache__ -o -name '*.egg-info' \) -prune -exec rm -rf {} +

# The pip of the system fills the venv, so that Debian's python3 without python3-venv is enough.
$(LOCKED): requirements.lock
	@echo "creating .venv and installing the locked dependencies (about a minute, once)"
	@test -x $(BIN)/python || $(PYTHON) -m venv --without-pip .venv
	@$(PYTHON) -m pip --python $(BIN)/python install --quiet --require-hashes --requirement requirements.lock
	@touch $@

$(READY): $(LOCKED) pyproject.toml runtime/pyproject.toml codegen/pyproject.toml
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable runtime --editable codegen --editable .
	@touch $@

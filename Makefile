# Every command of the project. Each sets up what it needs first: `make codegen` and `make test` work on a fresh clone.

PYTHON ?= python3
BIN := .venv/bin
COMPILER := .venv/.compiler
READY := .venv/.ready
FLOOR := .venv/.floor
OPERATOR := .venv/.operator
PYTEST_ARGS ?= -n auto --dist loadscope
CHOSEN := $(if $(ALL),, and not slow and not proof)

.DEFAULT_GOAL := help
.PHONY: help codegen test check drift typecheck lint format golden models lock mutate bench proof servers demo dist clean

help: ## List these commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | \
	    while IFS="$$(printf '\t')" read -r name what; do printf '  make %-10s %s\n' "$$name" "$$what"; done

codegen: $(COMPILER) ## Compile the catalog: typed metrics, dashboards, rules, runbooks (a second; 5 the first time)
	@PYTHONPATH=codegen $(BIN)/python -m typedprom_codegen generate
	@PYTHONPATH=codegen $(BIN)/python -m typedprom_codegen generate --project deploy
	@echo "The metrics are in src/sms_metrics_generated/; dashboards, rules and runbooks in generated/. All are committed."
	@echo "Next: change schema/sms/ and run \`make codegen\` again, or run \`make test\`, which installs the rest."

test: $(READY) $(FLOOR) $(OPERATOR) ## Run the tests a change needs, against real servers; about 10 minutes; 17 with ALL=1, which runs every test
	@$(PYTHON) tools/servers.py || test "$$CI" != true
	$(BIN)/python -m pytest $(PYTEST_ARGS) -m "not alone$(CHOSEN)"
	$(BIN)/python -m pytest -m "alone$(CHOSEN)"
	@test -n "$(ALL)" || echo "Left out: tests marked slow or proof. \`make test ALL=1\` runs them too, as CI does."

check: lint typecheck drift ## Everything CI checks beside the tests (about 15 seconds)

drift: $(READY) ## Fail if anything generated is not what the sources say
	$(BIN)/typedprom check --strict --dashboards generated/grafana \
	    --rules generated/prometheus/rules
	$(BIN)/typedprom check --strict --project deploy --rules prometheus/rules
	$(BIN)/typedprom generate --check
	$(BIN)/typedprom generate --check --project deploy
	$(BIN)/python codegen/scripts/models.py --check

typecheck: $(READY) ## Run mypy --strict on all our code
	$(BIN)/mypy

lint: $(READY) ## Run ruff: rules and format
	$(BIN)/ruff check
	$(BIN)/ruff format --check

format: $(READY) ## Fix what ruff can, and format
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

golden: $(READY) ## Rewrite the expected output of every golden case
	$(BIN)/python -m pytest tests/golden/test_golden.py --update-golden

models: $(READY) ## Rewrite the raw models from schema/catalog.schema.json
	$(BIN)/python codegen/scripts/models.py

UPGRADE ?= --upgrade
PIN = $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes $(UPGRADE) \
    --no-emit-index-url --no-emit-find-links --no-header --quiet

lock: $(READY) ## Pin the newest dependencies that fit, and the oldest of the runtime, with hashes
	$(PIN) --output-file requirements/codegen.lock codegen/pyproject.toml runtime/pyproject.toml
	$(PIN) --output-file requirements/dev.lock --constraint requirements/codegen.lock \
	    codegen/pyproject.toml runtime/pyproject.toml --all-extras --group pyproject.toml:dev
	$(PIN) --resolution lowest-direct --output-file requirements/floor.lock runtime/pyproject.toml
	$(PIN) --output-file requirements/operator.lock --constraint requirements/dev.lock --group pyproject.toml:operator

PROMTOOL ?= .servers/prometheus/usr/bin/promtool

mutate: $(READY) servers ## Change each Prometheus rule in every way, list what no test notices (over a minute)
	$(BIN)/typedprom mutate --promtool $(PROMTOOL) --accept tests/mutate/accepted.yml \
	    --rules generated/prometheus/rules deploy/prometheus/rules \
	    --tests generated/prometheus/tests deploy/prometheus/tests

bench: $(READY) ## Compare speed and size with other libraries, print ratios (about a minute)
	$(BIN)/python -m benchmarks

proof: $(READY) servers ## Prove that nothing recorded is lost, compare with other libraries, print tables (about six minutes)
	$(BIN)/python -m proofs

servers: ## Unpack Debian's Prometheus, Pushgateway, Alertmanager, node_exporter and htpasswd into .servers/, start nothing
	@$(PYTHON) tools/servers.py

demo: $(READY) servers ## Drive every SMS metric, scrape it with a real Prometheus, compare (about 20 seconds)
	$(BIN)/python -m examples.demo

dist: $(READY) ## Build the three wheels into dist/ (a few seconds; a minute the first time)
	for project in runtime codegen .; do $(BIN)/python -m build --no-isolation --outdir dist $$project; done

clean: ## Remove everything that is not in git, the servers too
	rm -rf .venv .servers build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . \( -name __pycache__ -o -name '*.egg-info' \) -prune -exec rm -rf {} +

# The pip of the system fills the venv, so that Debian's python3 without python3-venv is enough.
INSTALL = $(PYTHON) -m pip --python $(BIN)/python install --quiet --require-hashes --requirement

$(COMPILER): requirements/codegen.lock
	@echo "installing what compiling and recording need into .venv (a few seconds, once)"
	@test -x $(BIN)/python || $(PYTHON) -m venv --without-pip .venv
	@$(INSTALL) $<
	@touch $@

$(READY): $(COMPILER) requirements/dev.lock pyproject.toml runtime/pyproject.toml codegen/pyproject.toml
	@echo "installing what tests and checks need into .venv (about a minute, once)"
	@$(INSTALL) requirements/dev.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable runtime --editable codegen --editable .
	@touch $@

# The oldest prometheus_client that the runtime allows, beside the newest, for tests/packaging/test_floor.py.
$(FLOOR): $(READY) requirements/floor.lock
	@rm -rf $@
	@$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/floor.lock --target $@
	@touch $@

# The schema of PrometheusRule objects, for tests/compiler/test_operator_schema.py.
$(OPERATOR): $(READY) requirements/operator.lock
	@rm -rf $@
	@$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/operator.lock --target $@
	@touch $@

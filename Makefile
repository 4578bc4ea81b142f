# Tandem: `make run` serves it with its demo, `make test` tests it. Both need Python 3.11 or newer and make, nothing else.
.DEFAULT_GOAL := help
PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3; do \
	$$name -c "import sys; sys.exit(sys.version_info < (3, 11))" 2>/dev/null && echo $$name && break; done)
PORT ?= 8000
WORKERS ?= 1
BIN := .venv/bin
JOBS ?= 2

help: ## List the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(BIN)/tandem ## Create .venv with everything that Tandem runs on

$(BIN)/tandem: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Tandem needs Python 3.11 or newer." >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev: $(BIN)/tandem requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

run: setup ## Serve Tandem with its demo on http://127.0.0.1:8000 (PORT=…, TANDEM_DATABASE_URL=…)
	@TANDEM_DEMO=true TANDEM_BASE_URL=http://127.0.0.1:$(PORT) $(BIN)/tandem run --port $(PORT) --workers $(WORKERS)

demo: setup ## Put the demo data into the database again, from scratch
	@TANDEM_DEMO=true $(BIN)/tandem demo --reset

test: .venv/dev ## Run all tests: unit, both databases, a real browser
	@scripts/install-programs.sh
	@$(BIN)/python scripts/catalogues.py compile
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n $(JOBS) --dist loadgroup $(ARGS)

generated: .venv/dev ## Send generated input to every form, and to the JSON interface (EXAMPLES=10000 for each; ARGS="-k candidacies")
	@TANDEM_EXAMPLES=$(or $(EXAMPLES),1000) $(BIN)/python -m pytest -q -n $(JOBS) --dist load tests/integration/test_generated_input.py tests/integration/test_confirmed_is_stored.py --show-capture=no $(ARGS)

check: .venv/dev ## Lint, types, imports, catalogues
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/djlint --lint --quiet app/templates
	@$(BIN)/python scripts/catalogues.py check
	@$(BIN)/python scripts/documents.py check

fix: .venv/dev ## Format, and mend what can be mended by a machine
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .
	@$(BIN)/python scripts/documents.py write

bench: .venv/dev ## Measure pages and writes, each beside its own limit in the same run
	@$(BIN)/python -m benchmarks $(ARGS)

pictures: .venv/dev ## Make the pictures of README and guides again, from the demo (wants chromium)
	@$(BIN)/python scripts/pictures.py $(ARGS)

lock: .venv/dev ## Pin the newest versions that pyproject.toml allows
	@$(BIN)/uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet --upgrade --output-file requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --group build --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet --upgrade --output-file requirements-dev.lock

.PHONY: help setup run demo test generated check fix bench pictures lock

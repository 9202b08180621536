# Everything sets itself up: a machine needs Python 3.11 or newer and make, nothing else.
#   make run    the demo: Kabupaten OKU on the morning of 13 September 2022, on http://127.0.0.1:8000
#   make test   the tests

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run test proofs check types coverage fuzz conformance bench simulate build web web-test pictures clean

PYTHON := $(shell for each in python3.13 python3.12 python3.11 python3.14 python3 python; do \
    command -v $$each >/dev/null 2>&1 \
    && $$each -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' >/dev/null 2>&1 \
    && echo $$each && break; done)

export UV_PROJECT_ENVIRONMENT := .venv
export UV_PYTHON_DOWNLOADS := never
# Compiled once: without it every process, the tests' servers among them, compiles all that it imports again (2 s each).
export UV_COMPILE_BYTECODE := 1
unexport PYTHONDONTWRITEBYTECODE
unexport VIRTUAL_ENV

# Tests of pure rules, without those that ask a database. They reach every branch of the modules in `.ci/pure.toml`.
PURE := not embedded and not postgres-15
PURE_TESTS := $(addprefix tests/,background/test_worker.py identifiers/test_phonetic_name.py identifiers/test_numbers.py questionnaires progress/test_pace.py campaigns/test_dated_targets.py \
  register/test_names.py register/test_deduplication.py register/test_known_nik.py register/test_door_rules.py register/test_sales.py register/test_resolution.py register/test_decision_walks.py regions/test_region_code.py review/test_comparing.py review/test_two_editions.py progress/test_movement.py \
  quality/test_record_flags.py quality/test_enumerators.py quality/test_texts.py quality/test_thresholds.py reinterviews/test_sample_and_agreement.py reinterviews/test_shown.py reinterviews/test_left_empty.py reinterviews/test_interval.py reinterviews/test_superseding.py reinterviews/test_raw_texts.py reinterviews/test_naming.py \
  webhooks/test_webhook_targets.py webhooks/test_signing.py webhooks/test_retrying.py webhooks/test_webhook_places.py \
  review/test_journal.py corrections/test_merge_patch.py shared/test_counting.py \
  listing/test_listing_rules.py intake/test_revision_status.py core/test_outages.py core/test_redaction.py core/test_timestamps.py core/test_name_cleaning.py core/test_text.py core/test_word_search.py honour/test_honour_rules.py)

WEB := .venv/bin/python web/tools/web.py

help: ## Show this.
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

run: .venv/ready ## Start the demo (PORT, KUMKM_DATA_DIR).
	@$(WEB) build --or-without
	@.venv/bin/kumkm demo

test: .venv/ready ## Run the tests.
	.venv/bin/pytest -n 3 --dist loadgroup
	$(WEB) test

proofs: .venv/ready ## Run what `make test` leaves out: the long forms of its proofs, and PostgreSQL 15 (minutes).
	KUMKM_PROOFS=long .venv/bin/pytest -n 3 --dist loadgroup
	$(WEB) proofs

check: .venv/ready ## Lint, types, import rules, OpenAPI documents, migrations, pure rules, known vulnerabilities.
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/mypy --config-file .ci/mypy-tests.ini
	.venv/bin/lint-imports
	.venv/bin/kumkm openapi --check
	.venv/bin/python .ci/documents
	$(WEB) check
	.venv/bin/python .ci/squawk
	.venv/bin/pytest -n 2 -q -k '$(PURE)' --cov --cov-config=.ci/pure.toml $(PURE_TESTS)
	.venv/bin/python .ci/vulnerabilities

coverage: .venv/ready ## Run the tests and show which branches they reach (htmlcov/index.html).
	.venv/bin/pytest -n 2 --dist loadgroup --cov --cov-report=html --cov-report=term:skip-covered

fuzz: .venv/ready ## Send 20,000 generated requests by every role, and every odd value to every place (minutes).
	KUMKM_PROOFS=long KUMKM_FUZZ_REQUESTS=20000 .venv/bin/pytest tests/fuzz -s
	KUMKM_PROOFS=long KUMKM_ANY_VALUE=all .venv/bin/pytest tests/api/test_any_value_anywhere.py -s

conformance: .venv/ready ## Every broken client before the conformance kit (a minute or two; `make proofs` has two for each rule).
	KUMKM_PROOFS=long KUMKM_BROKEN_CLIENTS=all .venv/bin/pytest tests/tablet/test_conformance.py

bench: .venv/ready ## Measure this machine.
	.venv/bin/kumkm bench ingest
	.venv/bin/kumkm bench progress
	.venv/bin/kumkm bench sync
	.venv/bin/kumkm bench tablets
	.venv/bin/kumkm bench read
	.venv/bin/kumkm bench link

simulate: .venv/ready ## 84 tablets on a bad network, before servers that are killed (minutes).
	.venv/bin/kumkm simulate

web: .venv/ready ## Build the web apps, if a source changed.
	@$(WEB) build

web-test: .venv/ready ## Test the web apps alone: pure rules, then pages in a browser.
	@$(WEB) test

types: .venv/ready ## Write the web apps' types of the API from openapi/.
	@$(WEB) types

pictures: .venv/ready ## Draw the pictures of README and docs from the demo.
	@$(WEB) pictures

build: web ## Build the wheel with the web apps into dist/.
	.venv/bin/uv build --wheel

clean: ## Throw away the environment and the demo's data.
	rm -rf .venv .kumkm dist app/web/built web/node_modules

.venv/ready: pyproject.toml uv.lock
	@if [ -z "$(PYTHON)" ]; then \
	  echo "KUMKM needs Python 3.11 or newer. On Debian or Ubuntu: apt-get install python3 python3-venv" >&2; exit 1; fi
	@if ! [ -x .venv/bin/python ]; then \
	  $(PYTHON) -m venv .venv || { rm -rf .venv; \
	  echo "Python cannot make a virtual environment. On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }; fi
	@.venv/bin/python -m pip --disable-pip-version-check install --quiet 'uv>=0.13,<0.14'
	@.venv/bin/uv sync --quiet --locked --all-extras --inexact
	@touch $@

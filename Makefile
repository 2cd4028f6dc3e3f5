# `make demo` and `make test` need Python 3.11 with venv, and make; everything else comes from requirements.lock (what
# runs) and requirements-dev.lock (that, and what the tests need).
PYTHON ?= python3
VENV ?= .venv
DEMO ?= .demo
SIZES ?= 20000 200000
BIN := $(VENV)/bin
# Tests start many processes: let Python keep what it compiled.
unexport PYTHONDONTWRITEBYTECODE
READY := $(VENV)/.ready
DEV := $(VENV)/.dev
INSTALL := -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps
SPARK := $(VENV)/.spark
TOOLS := $(VENV)/tools

.PHONY: demo portal pictures test test-long quick lint format bench evaluation lock sbom audit canary clean dist image matrix docs release

# Prefect needs its bytecode before its first start; pip compiles it while installing.
$(READY): requirements.lock pyproject.toml
	@echo "== Making the environment in $(VENV) from requirements.lock (a minute or two, once)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.11 ..."; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python $(INSTALL) --only-binary :all: -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(DEV): requirements-dev.lock $(READY)
	@echo "== Adding what the tests need from requirements-dev.lock"
	@$(BIN)/python $(INSTALL) --only-binary :all: -r requirements-dev.lock
	@touch $@

demo: $(READY)
	@rm -rf $(DEMO)
	@$(BIN)/waakvlam demo $(DEMO)

portal: $(READY)
	@$(BIN)/waakvlam demo $(DEMO)-portal --portal

# The pictures in the docs, from the living demo and the README's list; needs Chromium.
pictures: $(DEV)
	@rm -rf $(DEMO)-pictures  # the passwords of an earlier one are gone
	@$(BIN)/python .ci/pictures $(DEMO)-pictures

# Spark is optional and needs Java 17: where that is, the tests run on it as well.
$(SPARK): requirements-spark.lock $(DEV)
	@if java -version 2>&1 | grep -qE 'version "(1[7-9]|[2-9][0-9])'; then \
		echo "== Java is here: installing Spark (450 MB, once) from requirements-spark.lock"; \
		$(BIN)/python $(INSTALL) --no-build-isolation -r requirements-spark.lock && touch $@; \
	else \
		echo "== No Java 17 or newer here: the tests that need Spark will be skipped"; \
	fi

# Two tests run side by side, so more threads for each would only wait for one another.
test test-long quick: export OMP_NUM_THREADS := 1

# A file stays with one worker, because its tests share what they start from; the files that take long come first.
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

test: lint $(SPARK)
	@echo "== All tests (quick ones first fail fastest: make quick)"
	@$(PYTEST)
	@echo "== The quick tests that read the clock, on three other days"
	@$(BIN)/python -m tests.other_days --few

# Some hours: all cases of the tests of which `make test` tries some, the browser on slow pages, and the tests on other days.
test-long: $(SPARK)
	@WAAKVLAM_LONG=1 $(PYTEST) -m long
	@SLOW_PAGES=0.6 $(PYTEST) tests/browser
	@$(BIN)/python -m tests.other_days
	@$(BIN)/python -m tests.power_cut

quick: $(DEV)
	@$(PYTEST) -m "not slow and not dear"

lint: $(DEV)
	@echo "== Style and types"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: $(DEV)
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

# Agreements to measure with; the sector is SIZES=2300000: 30 GB of disk, 12 GB of memory and some hours.
bench: $(DEV)
	@$(BIN)/python -m benchmarks.report $(SIZES)

# Some hours on a busy machine, half an hour on a quiet one; with WAAKVLAM_REALDATA on the public data sets as well.
evaluation: $(DEV)
	@$(BIN)/python -m benchmarks.evaluation
	@$(BIN)/python -m pipelines.learning.model_card

COMPILE := uv pip compile --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --upgrade

# Needs uv; nothing of a package index is written into the lock.
lock:
	$(COMPILE) pyproject.toml --extra api --extra clone -o requirements.lock --universal
	$(COMPILE) pyproject.toml --extra dev -c requirements.lock -o requirements-dev.lock --universal
	grep -o 'pyspark>=[^"]*' pyproject.toml | $(COMPILE) - -c requirements-dev.lock -o requirements-spark.lock
	$(COMPILE) .ci/tools.txt -o .ci/tools.lock --universal
	$(COMPILE) .ci/docs.txt -o .ci/docs.lock --universal

# Tools that only look at the lock have an environment of their own.
$(TOOLS)/.ready: .ci/tools.lock
	@$(PYTHON) -m venv $(TOOLS)
	@$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --only-binary :all: -r .ci/tools.lock
	@touch $@

# Every package with version and hashes, as CycloneDX.
sbom: $(TOOLS)/.ready
	@$(TOOLS)/bin/python -W ignore -m cyclonedx_py requirements requirements.lock --pyproject pyproject.toml \
		--output-reproducible --validate --output-file sbom.cdx.json
	@echo "Written to sbom.cdx.json"

# The wheel and the source distribution, in dist/.
dist: $(READY)
	@rm -rf dist build
	@$(BIN)/python -c 'from setuptools import build_meta as b; print("dist/" + b.build_sdist("dist")); print("dist/" + b.build_wheel("dist"))' \
		| grep ^dist/
	@rm -rf build waakvlam.egg-info

# Needs podman or docker. Podman keeps the health check only in docker's format of an image.
ENGINE ?= $(shell command -v podman || echo docker)
VERSION = $(shell sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
image:
	@BUILDAH_FORMAT=docker $(ENGINE) build --build-arg VERSION=$(VERSION) --tag waakvlam:$(VERSION) --file Containerfile .

# The quick tests and the demo's lists over the supported versions of Python and of DuckDB; hours. Needs uv.
# TESTS="tests/models tests/spec": only these, and an hour.
matrix:
	@.ci/matrix $(TESTS)

# The documentation site, with a dead link as an error.
docs:
	@test -x $(VENV)/docs/bin/mkdocs || { $(PYTHON) -m venv $(VENV)/docs && \
		$(VENV)/docs/bin/python $(INSTALL) --only-binary :all: -r .ci/docs.lock; }
	@.ci/docs
	@$(VENV)/docs/bin/mkdocs build --quiet --strict --config-file .ci/mkdocs.yml --site-dir $(CURDIR)/site/$(VERSION)
	@echo "Written to site/$(VERSION)/index.html"

# make release VERSION=0.3.0: version, changelog, tag, wheel, image, SBOM and checksums; pushes nothing.
release:
	@.ci/release $(VERSION)

# Error 1: some are known. Error 3: it could not be asked, which is no clean bill.
audit: $(TOOLS)/.ready
	@$(TOOLS)/bin/python .ci/audit.py

# The newest versions that pyproject.toml allows, in an environment of their own, and the quick tests with them;
# TESTS="tests/models tests/spec": only these.
canary:
	@PYTHON=$(PYTHON) .ci/canary $(VENV)/canary $(TESTS)

clean:
	rm -rf $(VENV) $(DEMO) $(DEMO)-portal $(DEMO)-pictures sbom.cdx.json .pytest_cache .ruff_cache .mypy_cache .hypothesis

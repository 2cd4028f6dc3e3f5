# `make demo` and `make test` need Python 3.11 with venv, and make; everything else comes from requirements.lock.
PYTHON ?= python3
VENV ?= .venv
DEMO ?= .demo
SIZES ?= 20000 200000
BIN := $(VENV)/bin
# Tests start many processes: let Python keep what it compiled.
unexport PYTHONDONTWRITEBYTECODE
READY := $(VENV)/.ready
SPARK := $(VENV)/.spark
TOOLS := $(VENV)/tools

.PHONY: demo portal test test-long quick lint format bench evaluation lock sbom audit canary clean

# Prefect needs its bytecode before its first start; pip compiles it while installing.
$(READY): requirements.lock pyproject.toml
	@echo "== Making the environment in $(VENV) from requirements.lock (a minute or two, once)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.11 ..."; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --only-binary :all: -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@touch $(READY)

demo: $(READY)
	@rm -rf $(DEMO)
	@echo "== Making a workspace in $(DEMO)"
	@$(BIN)/waakvlam --home $(DEMO) init
	@echo "== Inventing a corporation of 6,000 homes with 160 weeks of history"
	@$(BIN)/waakvlam --home $(DEMO) sample --homes 6000 --weeks 160 --seed 1
	@echo "== The weekly run"
	@$(BIN)/waakvlam --home $(DEMO) weekly

portal: $(READY)
	@test -d $(DEMO)-portal/output || { echo "== Inventing a corporation, its week, and two years of trends in $(DEMO)-portal" && \
		$(BIN)/waakvlam --home $(DEMO)-portal init --portal && \
		$(BIN)/waakvlam --home $(DEMO)-portal sample --homes 6000 --weeks 160 --seed 1 && \
		$(BIN)/waakvlam --home $(DEMO)-portal weekly; }
	@$(BIN)/waakvlam --home $(DEMO)-portal portal --demo-users

# Spark is optional and needs Java 17: where that is, the tests run on it as well.
$(SPARK): requirements-spark.lock $(READY)
	@if java -version 2>&1 | grep -qE 'version "(1[7-9]|[2-9][0-9])'; then \
		echo "== Java is here: installing Spark (450 MB, once) from requirements-spark.lock"; \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
			--no-build-isolation -r requirements-spark.lock && touch $@; \
	else \
		echo "== No Java 17 or newer here: the tests that need Spark will be skipped"; \
	fi

test: lint $(SPARK)
	@echo "== All tests (quick ones first fail fastest: make quick)"
	@$(BIN)/python -m pytest -n 2 --dist loadfile

# Some hours. `make test` runs a sample of these: 9 kills and 250 damaged files.
test-long: $(SPARK)
	@WAAKVLAM_KILLS=200 WAAKVLAM_DAMAGED=2200 $(BIN)/python -m pytest -n 2 --dist loadfile
	@$(BIN)/python -m tests.other_days

quick: $(READY)
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow"

lint: $(READY)
	@echo "== Style and types"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: $(READY)
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

# Agreements to measure with; the sector is SIZES=2300000: 30 GB of disk, 12 GB of memory and some hours.
bench: $(READY)
	@$(BIN)/python -m benchmarks.report $(SIZES)

# Some hours on a busy machine, half an hour on a quiet one; with WAAKVLAM_REALDATA on the public data sets as well.
evaluation: $(READY)
	@$(BIN)/python -m benchmarks.evaluation
	@$(BIN)/python -m pipelines.learning.model_card

# Needs uv; nothing of a package index is written into the lock.
lock:
	uv pip compile pyproject.toml --extra dev -o requirements.lock --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --no-annotate --upgrade
	grep -o 'pyspark>=[^"]*' pyproject.toml | uv pip compile - -c requirements.lock -o requirements-spark.lock \
		--python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --upgrade
	uv pip compile .ci/tools.txt -o .ci/tools.lock --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --no-annotate --upgrade

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

# Error 1: some are known. Error 3: it could not be asked, which is no clean bill.
audit: $(TOOLS)/.ready
	@$(TOOLS)/bin/python .ci/audit.py

# The newest versions that pyproject.toml allows, in an environment of their own, and the quick tests with them;
# TESTS="tests/models tests/spec": only these.
canary:
	@PYTHON=$(PYTHON) .ci/canary $(VENV)/canary $(TESTS)

clean:
	rm -rf $(VENV) $(DEMO) $(DEMO)-portal sbom.cdx.json .pytest_cache .ruff_cache .mypy_cache .hypothesis

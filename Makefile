PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# An empty value keeps a pip of the same shell quiet about itself.
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help demo bench test quick check lint torture cluster cluster-torture nightly install lock wheels dead format

help:  ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/program  ## the main job on the embedded sample newspaper
	$(BIN)/tinkhoi demo

# Three at once on two cores: much of the suite waits for pauses and servers. One file stays in one process.
TOGETHER := -n 3 --dist loadfile
test: $(VENV)/tools  ## all tests, about ten minutes
	$(BIN)/python -m pytest $(TOGETHER) --durations=20

quick: $(VENV)/tools  ## the tests that are not marked slow, in about two minutes
	$(BIN)/python -m pytest $(TOGETHER) -m "not slow" --durations=10

torture: $(VENV)/tools  ## every fault the tests know, 100 kills, 300 papers, a year (an hour and a half; goes on where it was); rewrites docs/reliability.md
	$(BIN)/python -m tests.faults.torture --record
	$(BIN)/python docs/generate.py

cluster: $(VENV)/tools  ## a night on two Prefect workers, PostgreSQL and an S3 stand-in, one worker killed (about five minutes)
	$(BIN)/python -m tests.flows.cluster.rehearsal

cluster-torture: $(VENV)/tools  ## ten kills at named stages of such a night (about twenty minutes)
	$(BIN)/python -m tests.flows.cluster.torture

nightly: $(VENV)/program  ## one night over all live sites
	$(BIN)/tinkhoi nightly

check: lint dead test  ## all that must hold before a commit

lint: $(VENV)/tools  ## style, types, import contracts, generated docs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python docs/generate.py --check

format: $(VENV)/tools  ## style, put right where it can be
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

install: $(VENV)/program $(VENV)/tools  ## the program and the tools of the checks in .venv

$(VENV)/program: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes --requirement requirements.lock
	PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

# pywb, the archive reader that is not ours, wants a redis that Prefect cannot use: it lives in its own environment. So
# does moto, the stand-in for an S3 service.
$(VENV)/tools: $(VENV)/program requirements-dev.lock tests/pywb.lock tests/moto.lock
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes --requirement requirements-dev.lock
	test -x .venv-pywb/bin/python || $(PYTHON) -m venv .venv-pywb
	.venv-pywb/bin/python -m pip install --quiet --no-deps --require-hashes --requirement tests/pywb.lock
	test -x .venv-moto/bin/python || $(PYTHON) -m venv .venv-moto
	.venv-moto/bin/python -m pip install --quiet --no-deps --require-hashes --requirement tests/moto.lock
	touch $@

bench: $(VENV)/program .venv-peers/installed  ## what articles, nights and pages cost, beside other programs, and whether limits hold (about an hour; BENCH=--short: a look)
	$(BIN)/python benchmarks/bench.py --peers .venv-peers/bin/python $(BENCH)

# The peers want older versions of what we use (lxml, trafilatura), and fundus 0.5.7 an older curl-cffi than it says.
.venv-peers/installed: benchmarks/peers.lock
	test -x .venv-peers/bin/python || $(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet --no-deps --require-hashes --requirement benchmarks/peers.lock
	touch $@

lock:  ## the locks again, from pyproject.toml (needs uv; its own uv.lock names registries and is not kept)
	uv lock --upgrade
	uv export --quiet --no-header --no-emit-project --no-annotate --all-extras --no-dev --output-file requirements.lock
	uv export --quiet --no-header --no-emit-project --no-annotate --only-group dev --output-file requirements-dev.lock
	rm uv.lock
	printf 'pywb>=2.9\nsetuptools<81\n' | uv pip compile --quiet --universal --no-header --no-annotate --generate-hashes --python-version 3.11 --output-file tests/pywb.lock -
	printf 'moto[server]>=5.2\nsetuptools<81\n' | uv pip compile --quiet --universal --no-header --no-annotate --generate-hashes --python-version 3.11 --output-file tests/moto.lock -
	printf 'fundus\ntrafilatura\nnewspaper4k\nnews-please\nscrapy\naiohttp\nlxml\nlxml_html_clean\nbeautifulsoup4\ncurl-cffi<0.15\n' | uv pip compile --quiet --universal --no-header --no-annotate --generate-hashes --python-version 3.11 --output-file benchmarks/peers.lock -

wheels:  ## whether the locks come as wheels for every Python and system that is named (needs uv)
	.ci/wheels

dead: $(VENV)/tools  ## code that nothing uses, but for the list in pyproject.toml
	@! $(BIN)/vulture | grep -E '^(scraper|flows)/'

# fathom: every command sets itself up in .venv first, and a second run skips that.
#
#   make demo     watch a bot trade on a Kraken of its own and come through two faults (DEMO_SECONDS=20 shortens it)
#   make exchange run a Kraken on this machine until Ctrl-C (make peers first to try ccxt on it)
#   make test     every test; those of ccxt and python-kraken-sdk on our exchange need `make peers` once
#   make lint     format, lint, types, import contracts
#   make check    lint and test
#   make bench    the speed comparison, written to docs/performance.md (make hft, make nautilus: only what it is compared with)
#   make fuzz     random bytes against the compiled kernel under AddressSanitizer (FUZZ_SECONDS=600)
#   make fuzz-doors   anything at all against every door of the exchange (FUZZ_SECONDS=600)
#   make compare-hft  our backtest beside hftbacktest, fill by fill, on seeded markets (HFT_SEEDS=30)
#   make storm    a million frames of the exchange through the kernel (STORM_FRAMES=1000000)
#   make chaos    the bot through 10,000 seeds of whatever can break, in virtual time (CHAOS_SEEDS=10000)
#   make soak     the client for an hour at the rate of the whole of Kraken, with faults (SOAK_SECONDS=3600)
#   make havoc    bot and exchange killed, stopped, cut off, out of disk, at 200 moments (HAVOC_MOMENTS=200)
#   make rehearsal    eight hours of trading in minutes: nine strategies, 30 pairs (REHEARSAL_HOURS=8)
#   make fuzz-atheris   the same with libFuzzer, guided by the compiled code (needs clang)
#   make clean    remove what make made

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
# The first Python that is new enough; make PYTHON=... names another.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && exit 0; \
	done; echo python3)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
BUILT_FROM := pyproject.toml setup.py constraints.txt tools/preflight.py \
	$(filter-out src/fathom/kernel/__init__.py,$(wildcard src/fathom/kernel/*.py src/fathom/kernel/*.pxd))
FUZZ_SECONDS ?= 600
STORM_FRAMES ?= 1000000
SOAK_SECONDS ?= 3600
REHEARSAL_HOURS ?= 8
CHAOS_SEEDS ?= 10000
CHAOS_JOBS ?= 2
HAVOC_MOMENTS ?= 200
HFT_SEEDS ?= 30
HAVOC_SEED ?= 1
HAVOC_JOBS ?= 3
PYTEST_WORKERS ?= auto

.PHONY: help demo exchange peers test lint check hft nautilus compare-hft bench bench-quick fuzz fuzz-doors fuzz-atheris storm soak chaos havoc rehearsal format lock clean

help:
	@sed -n 's/^#   //p' Makefile

# The virtual environment, made anew where another Python is asked for.
$(VENV)/.python: tools/preflight.py
	@$(PYTHON) tools/preflight.py
	@echo "setting up $(VENV) with $$($(PYTHON) --version) (once)"
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

# One stamp an extra: the package in place, its kernel compiled, its dependencies as pinned.
$(VENV)/.base: $(VENV)/.python $(BUILT_FROM)
	@$(PYTHON) tools/preflight.py
	@echo "installing fathom and compiling its kernel (once; about a minute)"
	@$(PIP) install --constraint constraints.txt setuptools cython
	@$(PIP) install --constraint constraints.txt --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev $(VENV)/.bench $(VENV)/.fuzz $(VENV)/.peers: $(VENV)/.%: $(VENV)/.base
	@echo "installing what '$*' needs (once)"
	@$(BIN)/python tools/extra.py $* > $@.txt
	@$(PIP) install --constraint constraints.txt --requirement $@.txt
	@rm $@.txt && touch $@

demo: $(VENV)/.base
	@$(BIN)/fathom demo

exchange: $(VENV)/.base
	@$(BIN)/fathom exchange

peers: $(VENV)/.peers

test: $(VENV)/.dev
	@$(BIN)/python -m pytest -q -n $(PYTEST_WORKERS) --dist worksteal

lint: $(VENV)/.dev
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

check: lint test

# An environment of its own: it needs an older numpy, and much that nobody else does.
hft: .venv-hft/.there

.venv-hft/.there:
	@echo "setting up .venv-hft for hftbacktest (once)"
	@$(PYTHON) -m venv --clear .venv-hft
	@.venv-hft/bin/python -m pip --disable-pip-version-check --quiet install 'hftbacktest==2.4.4'
	@touch $@

compare-hft: $(VENV)/.dev hft
	@$(BIN)/python tools/compare_hft.py --seeds $(HFT_SEEDS)

# The same; it needs glibc 2.35, and where it does not install the benchmark says that it was not measured.
nautilus: .venv-nautilus/.there

.venv-nautilus/.there:
	@echo "setting up .venv-nautilus for nautilus_trader (once)"
	@$(PYTHON) -m venv --clear .venv-nautilus
	@.venv-nautilus/bin/python -m pip --disable-pip-version-check --quiet install 'nautilus_trader==1.221.0' \
		&& touch $@ || rm -rf .venv-nautilus

bench: $(VENV)/.bench hft nautilus
	@$(BIN)/python benchmarks/run.py --output docs/performance.md

bench-quick: $(VENV)/.bench
	@$(BIN)/python benchmarks/run.py --quick

fuzz: $(VENV)/.dev
	@$(BIN)/python tools/fuzz_kernel.py --seconds $(FUZZ_SECONDS)

fuzz-doors: $(VENV)/.dev
	@$(BIN)/python tools/fuzz_doors.py --seconds $(FUZZ_SECONDS)
	@$(BIN)/python tools/fuzz_doors.py --sockets --seconds $(FUZZ_SECONDS)

storm: $(VENV)/.dev
	@$(BIN)/python tools/storm.py --frames $(STORM_FRAMES)
	@$(BIN)/python tools/storm.py --frames $$(($(STORM_FRAMES) / 5)) --fault wrong_checksum
	@$(BIN)/python tools/storm.py --frames $$(($(STORM_FRAMES) / 5)) --fault lost_update

soak: $(VENV)/.dev
	@$(BIN)/python tools/soak.py --seconds $(SOAK_SECONDS)

chaos: $(VENV)/.dev
	@$(BIN)/python tools/chaos.py --seeds $(CHAOS_SEEDS) --jobs $(CHAOS_JOBS)

havoc: $(VENV)/.base
	@$(BIN)/python tools/havoc.py --moments $(HAVOC_MOMENTS) --seed $(HAVOC_SEED) --jobs $(HAVOC_JOBS)

rehearsal: $(VENV)/.dev
	@$(BIN)/python tools/rehearsal.py --hours $(REHEARSAL_HOURS)

fuzz-atheris: $(VENV)/.dev $(VENV)/.fuzz
	@$(BIN)/python tools/fuzz_atheris.py --seconds $(FUZZ_SECONDS)

format: $(VENV)/.dev
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

# Pin what CI and `make` install: a fresh environment with every extra that is tested here, frozen.
lock:
	@rm -rf $(VENV)-lock && $(PYTHON) -m venv $(VENV)-lock
	@$(VENV)-lock/bin/python -m pip --disable-pip-version-check --quiet install --editable '.[dev,bench,fuzz,keyring,peers,tls]'
	@{ echo "# What CI and make install, made by 'make lock'. pyproject.toml has the ranges that fathom supports."; \
	   $(VENV)-lock/bin/python -m pip freeze --all --exclude pip --exclude-editable; } > constraints.txt
	@rm -rf $(VENV)-lock

clean:
	@rm -rf $(VENV) .venv-hft .venv-nautilus build dist src/*.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@rm -f src/fathom/kernel/*.so src/fathom/kernel/*.c

# make run    the main job: uncoordinated against coordinated layouts on the real zones
# make test   everything that guards the code
# Only Python >= 3.11, pip and make are needed; all else goes into .venv.

# The first Python new enough; name another with make PYTHON=python3.12
NEW := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(firstword $(foreach p,python3 python3.14 python3.13 python3.12 python3.11 python,\
  $(shell $(p) -c '$(NEW)' 2>/dev/null && echo $(p))) python3)
VENV := .venv
BIN := $(VENV)/bin
PYTEST_ARGS ?= -n 2
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help install run app test mesa lint study study-small mutants reference notebooks scale costs bits docs bench bench-small torture torture-small clean

help:  ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(VENV)/.dev  ## install clusterlab with the app and the developer's tools into .venv

run: $(VENV)/.run  ## the main job, with a report (about three minutes on two cores)
	$(BIN)/clusterlab demo $(ARGS)

app: $(VENV)/.app  ## the visual model in a browser
	$(BIN)/clusterlab app $(ARGS)

test: $(VENV)/.dev lint  ## linters, types, layers, spelling, tests with doctests, browser tests
	@.ci/browser
	$(BIN)/pytest $(PYTEST_ARGS)

mesa: $(VENV)/.dev  ## the contract with Mesa under every Python at hand that has it
	@.ci/mesa

lint: $(VENV)/.dev  ## ruff, pyright, import-linter, codespell
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports --no-cache
	$(BIN)/codespell

study: $(VENV)/.run  ## every study in experiments/ at full length (hours)
	for file in experiments/*.yaml; do $(BIN)/clusterlab study $$file || exit; done

SMALL := results/study-small
study-small: $(VENV)/.run  ## the same studies with two short runs each, to see that they work
	@rm -rf $(SMALL) && mkdir -p $(SMALL)/experiments && ln -s ../../scenarios $(SMALL)/scenarios
	for file in experiments/*.yaml; do \
	  small=$(SMALL)/$$file; sed -E 's/^runs:.*/runs: 2/; s/^until:.*/until: 2026-Q4/; s/^scale:.*/scale: 0.002/; s/^samples: .*trajectories.*/samples: 4/; s/^samples: *[0-9]{2,}.*/samples: 20/; s/^equal_cost:.*/equal_cost: false/; s/^trials:.*/trials: 10/' $$file > $$small; \
	  $(BIN)/clusterlab study $$small --out $${small%.yaml} || exit; done

# MUTANTS='sim.lab.comparison*' takes a part: 160 mutants in a minute; a whole run that was stopped goes on
mutants: $(VENV)/.dev  ## change one line at a time in the laboratory and policy: does a test notice? (hours)
	$(BIN)/python -m tests.mutation.run $(MUTANTS)

PARTS ?=
reference: $(VENV)/.run  ## renew the tables the pages show, and the pages (hours; PARTS="readme dial" for some)
	$(BIN)/python -m sim.reference $(PARTS)
	@$(MAKE) docs

docs: $(VENV)/.run  ## renew the pages made from tables, and docs/ODD.md with its picture, made from the code
	$(BIN)/clusterlab odd
	$(BIN)/python -m sim.reference.pages

notebooks: $(VENV)/.dev  ## carry out the notebooks of docs/notebooks again (ten minutes; NOTEBOOKS="sweep" for some)
	$(BIN)/python -m sim.reference.notebooks $(NOTEBOOKS)

scale: $(VENV)/.run  ## measure again what depends on the scale (a quarter of an hour)
	@$(MAKE) reference PARTS=scale

PYTHONS ?= $(foreach p,python3.11 python3.12 python3.13,$(shell $(p) -c 'import sim, numba' 2>/dev/null && echo $(p)))
bits: $(VENV)/.run  ## one run under many settings of processor and library: the same bits? (PYTHONS=... adds others)
	PYTHONPATH=$(CURDIR) $(BIN)/python -m sim.reference.bits all results/reference/bits.csv $(BIN)/python $(PYTHONS)

torture: $(VENV)/.dev  ## kill, damage, fill the disk ... many times, and renew docs/robustness.md (half an hour)
	$(BIN)/python -m tests.torture $(ARGS)

torture-small: $(VENV)/.dev  ## a few of each; nothing is written (also among the tests)
	$(BIN)/python -m tests.torture --small $(ARGS)

bench: $(VENV)/.run  ## measure the speed: runs, growth, floor, plain objects, studies, start (half an hour; ARGS="quick" some)
	$(BIN)/python -m sim.reference.bench $(ARGS)

bench-small: $(VENV)/.run  ## the same on tiny runs, to see that it works; nothing is written
	$(BIN)/python -m sim.reference.bench --small $(ARGS)

costs: $(VENV)/.run  ## measure again what runs take, for the estimates of `clusterlab check` (half an hour)
	$(BIN)/python -m sim.reference.costs $(ARGS)

clean:  ## remove the virtual environment and all caches (results stay)
	rm -rf $(VENV) build dist .pytest_cache .ruff_cache .hypothesis .import_linter_cache

# One stamp a set of extras, renewed when the requirements change; a larger set covers the smaller.
# What is installed is checked against the hashes of .ci/pins; HASHES=no takes constraints.txt instead, for an
# index that serves rebuilt packages.
HASHES ?= yes
$(VENV)/.run: EXTRAS := [analysis]
$(VENV)/.app: EXTRAS := [analysis,app]
$(VENV)/.dev: EXTRAS := [analysis,app,cluster,dev]
$(VENV)/.dev: COVERS := $(VENV)/.run $(VENV)/.app
$(VENV)/.app: COVERS := $(VENV)/.run
$(VENV)/.run $(VENV)/.app $(VENV)/.dev: $(VENV)/.%: pyproject.toml constraints.txt .ci/pins/run.txt .ci/pins/app.txt .ci/pins/dev.txt | $(BIN)/pip
	@echo "Installing clusterlab$(EXTRAS) into $(VENV) (a minute or two the first time) ..."
ifeq ($(HASHES),no)
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.$(EXTRAS)'
else
	@$(BIN)/python -m pip install --quiet --require-hashes --no-deps --requirement .ci/pins/$*.txt
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --no-index --editable .
	@$(BIN)/python -m pip check
endif
	@echo "Compiling the model's kernels once (about half a minute) ..."
	@$(BIN)/clusterlab warmup
	@touch $@ $(COVERS)

# Debian's python3 may lack ensurepip; pip can then install itself from outside.
$(BIN)/pip:
	@$(PYTHON) -c '$(NEW)' 2>/dev/null || { \
	  echo "clusterlab needs Python 3.11 or newer; '$(PYTHON)' is: $$($(PYTHON) --version 2>&1)."; \
	  echo "Name another one: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || { \
	  $(PYTHON) -m venv --clear --without-pip $(VENV) && \
	  $(PYTHON) -m pip --python $(BIN)/python install --quiet pip; }

# Everything a person does with this checkout. `make help` lists it.
# Needs Python 3.11 or newer and make, nothing else; the rest goes into .venv.
# Where there is a node with its npm, the player's JavaScript is checked, too; what checks it goes into node_modules.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
TESTARGS ?=
NODE_TOOLS := $(if $(shell command -v npm),node_modules/.package-lock.json)
# One worker more than cores, because tests often wait for a browser or a kernel; four at most, because each may start its own.
PARALLEL = -n $(shell $(BIN)/python -c "import os; print(min(4, 1 + os.cpu_count()))") --dist worksteal

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# What Python has compiled is kept, whatever the environment says: each worker and each kernel of the tests begins sooner.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help lab setup test test-slow lint format bench figures shots promises mutants exercises html golden lock clean

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

lab: $(STAMP) ## open the course in JupyterLab
	@$(BIN)/raftlab lab

setup: $(STAMP) ## only install into .venv (the other targets do it themselves)

test: $(STAMP) $(NODE_TOOLS) ## run the tests, about five and a half minutes on two cores (TESTARGS="-k vote" to choose)
	$(BIN)/python -m pytest $(PARALLEL) -m "not slow" $(TESTARGS)

test-slow: $(STAMP) $(NODE_TOOLS) ## run the long tests, about forty minutes on two cores
	$(BIN)/python -m pytest $(PARALLEL) -m slow $(TESTARGS)

lint: $(STAMP) $(NODE_TOOLS) ## check style, types and spelling
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/codespell
ifdef NODE_TOOLS
	node_modules/.bin/biome check --error-on-warnings
	node_modules/.bin/tsc
else
	@echo "The player's JavaScript was not checked: that needs node and npm, and there is no npm here."
endif

format: $(STAMP) $(NODE_TOOLS) ## lay the code out and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
ifdef NODE_TOOLS
	node_modules/.bin/biome check --write
endif

bench: $(STAMP) ## measure the speed
	$(BIN)/python bench/run.py

figures: $(STAMP) ## draw the pictures of README and lessons again
	$(BIN)/python docs/make_figures.py
	$(BIN)/python docs/make_mutants_table.py
	$(BIN)/python docs/take_screenshot.py

shots: $(STAMP) ## take about a hundred pictures of the player, to be looked at: build/shots/index.html
	$(BIN)/python docs/take_shots.py

promises: $(STAMP) ## play the table of promises again (some ten minutes)
	$(BIN)/python docs/make_promises_table.py

mutants: $(STAMP) ## judge every small change of raft.py and the extensions (some ten minutes; goes on where it was stopped)
	$(BIN)/python docs/make_generated_mutants_table.py

exercises: $(STAMP) ## make exercises/ again from solutions/
	$(BIN)/python -m raftlab.exercises.handout solutions exercises

html: $(STAMP) ## export the lessons as pages that need no kernel and no network
	$(BIN)/raftlab export --to html

golden: $(STAMP) ## write the golden traces again; read the diff before committing
	$(BIN)/python -m pytest -m "not slow and not browser" -k golden --rewrite $(TESTARGS)

# The pins of requirements.lock are kept where they still fit; UPGRADE=1 takes the newest.
lock: $(STAMP) ## make requirements.lock again from pyproject.toml
	cp requirements.lock $(VENV)/lock.txt
	$(BIN)/uv pip compile --quiet --no-config --universal --generate-hashes --python-version 3.11 \
	  --all-extras --no-emit-index-url --no-emit-find-links --no-annotate --no-header \
	  $(if $(UPGRADE),--upgrade) pyproject.toml --output-file $(VENV)/lock.txt > $(VENV)/lock.out
	{ sed '/^[^#]/,$$d' requirements.lock; cat $(VENV)/lock.txt; } > $(VENV)/lock.new
	cp $(VENV)/lock.new requirements.lock

clean: ## remove .venv and everything else that can be made again
	rm -rf $(VENV) node_modules build dist *.egg-info .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find . -name .ipynb_checkpoints -type d -prune -exec rm -rf {} +

# npm writes this file last, so it is older than the list only if something is missing.
node_modules/.package-lock.json: package-lock.json
	npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

# The stamp is newer than what it was installed from, so a second run installs nothing.
$(STAMP): requirements.lock pyproject.toml raftlab/lab/jupyter/jupyter_server_config.d/raftlab.json
	@command -v $(PYTHON) > /dev/null || \
	  { echo "raftlab needs Python 3.11 or newer, and there is no '$(PYTHON)' here; name yours with 'make PYTHON=/path/to/python'." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "raftlab needs Python 3.11 or newer, and '$(PYTHON)' is $$($(PYTHON) -V 2>&1); name a newer one with 'make PYTHON=python3.11'." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2> /dev/null || \
	  { echo "Python's venv module is missing here: install it (on Debian and Ubuntu it is the package python3-venv) and run make again." >&2; exit 1; }
	@echo "Installing raftlab into $(VENV): once, and it takes a minute or two."
	@$(BIN)/python -c 'import pip' 2> /dev/null || $(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --root-user-action=ignore --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --root-user-action=ignore --no-deps --no-build-isolation \
	  --config-settings editable_mode=compat --editable .
	@mkdir -p $(VENV)/etc/jupyter  # an editable installation has no data files, so our server extension is copied
	@cp -R raftlab/lab/jupyter/jupyter_server_config.d $(VENV)/etc/jupyter/
	@touch $@

# The commands of this project; CI calls the same ones. Needs only make and Python 3.11 or newer.
# Pass options with ARGS: make check ARGS="--lang en". Choose a Python with PYTHON: make test PYTHON=python3.12.

# Material's notice about MkDocs 2, printed on every build; the versions are pinned.
export NO_MKDOCS_2_WARNING = 1
# Modules that are compiled once start in half the time; container images often forbid it for their own layers.
unexport PYTHONDONTWRITEBYTECODE

# make bench: news items, rounds, and the sizes for growth, such as 100,1000,10000.
N ?= 1000
ROUNDS ?= 3
SIZES ?=

SETUP := sh tools/setup.sh
VENV_PYTHON := .venv/bin/python
# Tests in a process for each core, four at most; in one with ARGS="-n 0". Plain pytest runs one, for those who debug.
PARALLEL := --numprocesses auto --maxprocesses 4 --dist worksteal

# Targets share .venv and site/, so `make -j` must not run two at once.
.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: help serve test build verify check drift lint a11y vnu lighthouse schema lock locked clean bench rollback plan propose-upgrade ssh-access publish

help: ## Show this list
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/\1	\2/p' $(MAKEFILE_LIST) | while IFS='	' read -r name text; do \
		printf '  make %-17s %s\n' "$$name" "$$text"; done

serve: ## Show both languages, each page made when it is asked for and reloaded on every change
	@$(SETUP) run
	$(VENV_PYTHON) -m mkdocs serve $(ARGS)

# More of them: LONG=1 for every page and string, FUZZ=1000 for random input, KILLS=100 for publishers that are killed.
test: ## Run the check, lint and all tests; some of them with ARGS=tests/site
	@$(SETUP) test
	@$(MAKE) --no-print-directory check lint ARGS=
	@$(SETUP) browser hunspell nginx sshd rclone
	$(VENV_PYTHON) -m pytest $(PARALLEL) $(ARGS)

build: ## Build both languages into site/
	@$(SETUP) run
	$(VENV_PYTHON) -m mkdocs build --strict --quiet $(ARGS)
	@$(VENV_PYTHON) -m macros manifest

publish: ## Put site/ live: make publish TARGET=dir:/srv/www/cluster; ARGS="--dry-run" only lists what would change
	@$(SETUP) run $(if $(filter s3://%,$(TARGET)),rclone) $(if $(filter ssh://% dir:%,$(TARGET)),rsync)
	@$(VENV_PYTHON) -m macros publish "$(TARGET)" $(ARGS)

rollback: ## Put the version live again that was so before, on a server or in a folder: make rollback TARGET=…
	@$(SETUP) run
	@$(VENV_PYTHON) -m macros rollback "$(TARGET)" $(ARGS)

verify: ## Build, then check the site: links, languages, policy, weight, accessibility; with CHECK_BASE, what it loses
	@$(MAKE) --no-print-directory build ARGS=
	@$(SETUP) browser
	@$(VENV_PYTHON) -m tools.verify $$(sh tools/build_base.sh) $(ARGS)

check: ## Check data and prose without building
	@$(SETUP) run
	@$(VENV_PYTHON) -m macros check $(ARGS)

drift: ## Check as of 30 days ago: warns of every English text that has lagged behind since
	@$(SETUP) run
	@CHECK_DRIFT=warn CHECK_BASE=$$(git rev-list -1 --before="30 days ago" HEAD) $(VENV_PYTHON) -m macros check $(ARGS)

lint: ## Check the style and the types of the code, and the workflows
	@$(SETUP) test
	$(VENV_PYTHON) -m ruff check
	$(VENV_PYTHON) -m ruff format --check
	$(VENV_PYTHON) -m mypy
	.venv/bin/zizmor --offline --persona=pedantic --strict-collection --quiet .github

a11y: ## Examine every page with axe in every scheme and width; takes long
	@$(SETUP) browser
	LONG=1 $(VENV_PYTHON) -m pytest $(PARALLEL) tests/site/test_axe.py $(ARGS)

vnu: ## Examine the HTML of every page with the Nu Html Checker
	@$(MAKE) --no-print-directory build ARGS=
	@$(SETUP) node java
	java -jar tools/node/node_modules/vnu-jar/build/dist/vnu.jar --errors-only --skip-non-html $(ARGS) site

lighthouse: ## Print Lighthouse's scores of four pages in both languages
	@$(MAKE) --no-print-directory build ARGS=
	@$(SETUP) browser node
	$(VENV_PYTHON) tools/lighthouse.py $(ARGS)

bench: ## Compare builds with stock MkDocs and Hugo, time check and serve: N=1000 ROUNDS=3 SIZES=100,1000,10000
	@$(SETUP) browser hugo
	@$(VENV_PYTHON) -m tools.bench --news $(N) --rounds $(ROUNDS) --sizes "$(SIZES)" $(ARGS)

plan: ## In a workflow: say whether anything but content has changed since CHECK_BASE, and so must be tested
	@sh tools/plan.sh

propose-upgrade: ## In a workflow: newest versions into the lock files, as a pull request
	@$(SETUP) lock --upgrade
	@sh tools/propose_upgrade.sh

ssh-access: ## In a workflow: write SSH_KEY and SSH_KNOWN_HOSTS where ssh looks for them
	@sh tools/ssh_access.sh

schema: ## Write data/schema/ and docs-editing/fields.md anew from the model
	@$(SETUP) run
	$(VENV_PYTHON) -m macros schema

lock: ## Write the lock files anew from pyproject.toml; newest versions with ARGS=--upgrade
	@$(SETUP) lock $(ARGS)

locked: lock ## Fail if the lock files are not what pyproject.toml asks for
	@git diff --exit-code --stat -- requirements.txt requirements-test.txt

clean: ## Remove what make has made, .venv included
	rm -rf .venv tools/node/node_modules site .site-* .cache .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find macros tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

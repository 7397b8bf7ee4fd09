# The commands of this project; CI calls the same ones. Needs only make and Python 3.11 or newer.
# Pass options with ARGS: make check ARGS="--lang en". Choose a Python with PYTHON: make test PYTHON=python3.12.

# Material's notice about MkDocs 2, printed on every build; the versions are pinned.
export NO_MKDOCS_2_WARNING = 1

# Whom make bench compares us with; stock needs nothing beyond our own .venv.
PEERS ?= stock,hugo,eleventy
COMMA := ,

SETUP := sh tools/setup.sh
VENV_PYTHON := .venv/bin/python
# Tests in a process for each core, four at most; in one with ARGS="-n 0". Plain pytest runs one, for those who debug.
PARALLEL := --numprocesses auto --maxprocesses 4 --dist worksteal

# Targets share .venv and site/, so `make -j` must not run two at once.
.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: help serve test build check reviewed report new-news new-organisation new-source lint a11y vnu lighthouse mutation icons schema lock clean bench rollback links ssh-access verdict publish faults load

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1	\2/p' $(MAKEFILE_LIST) | while IFS='	' read -r name text; do \
		printf '  make %-17s %s\n' "$$name" "$$text"; done

serve: ## Show both languages, each page made when it is asked for and reloaded on every change
	@$(SETUP) run
	$(VENV_PYTHON) -m mkdocs serve $(ARGS)

test: ## Run the checks, lint and all tests, with a browser, nginx and sshd; some of them with ARGS=tests/site
	@$(MAKE) --no-print-directory check lint ARGS=
	@$(SETUP) browser nginx sshd
	$(VENV_PYTHON) -m pytest $(PARALLEL) $(ARGS)

build: ## Build both languages into site/
	@$(SETUP) run
	$(VENV_PYTHON) -m mkdocs build --strict $(ARGS)
	@$(VENV_PYTHON) -m macros manifest

publish: ## Put site/ live: make publish TARGET=dir:/srv/www/cluster; ARGS="--dry-run" only lists what would change
	@$(SETUP) run
	@$(VENV_PYTHON) -m macros publish "$(TARGET)" $(ARGS)

rollback: ## Put the version live again that was so before: make rollback TARGET=dir:/srv/www/cluster
	@$(SETUP) run
	@$(VENV_PYTHON) -m macros rollback "$(TARGET)" $(ARGS)

check: ## Check data and prose without building
	@$(SETUP) run
	@$(VENV_PYTHON) -m macros check $(ARGS)

links: ## Ask whether all outside addresses still open; fail for dead ones with ARGS=--strict
	@$(SETUP) run
	@$(VENV_PYTHON) -m macros links $(ARGS)

reviewed: ## Mark English texts that you have compared with the Russian ones since these changed
	@$(SETUP) run
	@$(VENV_PYTHON) -m macros reviewed $(ARGS)

report: ## Write report.html: what has changed since a version of Git, for whoever reviews it
	@$(SETUP) run
	@$(VENV_PYTHON) -m macros report $(ARGS)

new-news: ## Add a news item: asks for what it needs
	@$(SETUP) run
	@$(VENV_PYTHON) -m macros new news $(ARGS)

new-organisation: ## Add an organisation: asks for what it needs
	@$(SETUP) run
	@$(VENV_PYTHON) -m macros new organisation $(ARGS)

new-source: ## Add a source: asks for what it needs
	@$(SETUP) run
	@$(VENV_PYTHON) -m macros new source $(ARGS)

lint: ## Check the style and the types of the code, and the workflows
	@$(SETUP) test
	$(VENV_PYTHON) -m ruff check
	$(VENV_PYTHON) -m ruff format --check
	$(VENV_PYTHON) -m mypy
	.venv/bin/zizmor --offline --persona=pedantic --strict-collection --quiet .github

a11y: ## Examine every page with axe in every scheme and width, about 20 minutes; one cluster with ARGS="-k cluster"
	@$(SETUP) browser
	A11Y=all $(VENV_PYTHON) -m pytest $(PARALLEL) tests/site/test_axe.py $(ARGS)

vnu: build ## Examine the HTML of every page with the Nu Html Checker; needs Node.js and Java
	@$(SETUP) node java
	java -jar tools/node/node_modules/vnu-jar/build/dist/vnu.jar --errors-only --skip-non-html $(ARGS) site

lighthouse: build ## Print Lighthouse's scores of four pages in both languages; needs Node.js
	@$(SETUP) browser node
	$(VENV_PYTHON) tools/lighthouse.py $(ARGS)

bench: ## Compare builds with stock MkDocs, Hugo and Eleventy: an hour; quicker with N=100 SIZES= SERVE= CHECK=0
	@$(SETUP) browser $(filter hugo eleventy,$(subst $(COMMA), ,$(PEERS)))
	@$(VENV_PYTHON) -m tools.bench $(ARGS)

mutation: ## See whether the tests notice changes in macros/content: a sample, about 40 minutes; ARGS="--help"
	@$(SETUP) mutation
	@$(VENV_PYTHON) tools/mutation.py $(ARGS)

icons: ## Draw the icons for devices anew
	@$(SETUP) run
	$(VENV_PYTHON) tools/icons.py overrides/assets

ssh-access: ## In a workflow: write SSH_KEY and SSH_KNOWN_HOSTS where ssh looks for them
	@sh tools/ssh_access.sh

verdict: ## In a workflow: fail unless every job of NEEDS succeeded, those of MAY_SKIP aside
	@python3 tools/verdict.py

faults: ## Kill 1,000 publishers, swap versions 100 times under 100,000 requests; half an hour
	@$(SETUP) test nginx sshd
	FAULTS=1000 SWAPS=100 REQUESTS=100000 $(VENV_PYTHON) -m pytest \
		tests/publish/test_faults.py tests/publish/test_swaps.py $(ARGS)

load: build ## See how many requests a second one worker of nginx answers; fails below 10,000
	@$(SETUP) test nginx wrk
	@$(VENV_PYTHON) tools/load.py

schema: ## Write data/schema/ anew from the model and the words of EDITING.md
	@$(SETUP) run
	$(VENV_PYTHON) -m macros schema

lock: ## Write the lock files anew from pyproject.toml; newest versions with ARGS=--upgrade
	@$(SETUP) lock $(ARGS)

clean: ## Remove what make has made, .venv included
	rm -rf .venv tools/node/node_modules tools/bench/node_modules site report.html mutants .site-* .cache .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find macros tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

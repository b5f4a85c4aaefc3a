# Every target is a command, not a file; `make help` lists them. What they install
# stays in .venv, .venv-store and web/node_modules, and is made again only when its lock changes.

.DEFAULT_GOAL := help
.PHONY: help demo test lint bench generate parity browser fidelity fuzz clean setup

SHELL  := bash
PYTHON := .venv/bin/python

# The tests that ask plotly.py find it here.
export POINTILLIST_PYTHON := $(CURDIR)/$(PYTHON)

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## serve the demo page (ARGS="-listen :8080" and others reach it)
	@if command -v npm >/dev/null; then \
		$(MAKE) -s web/node_modules/.demo || echo "npm failed: the page takes plotly.js from its CDN"; \
	fi
	go run ./cmd/demo $(ARGS)

test: ## install what the tests need, then run all of them, as CI does
	@scripts/test.sh

lint: ## gofmt, go vet, golangci-lint (.golangci.yml names the linters) and tidy modules
	@scripts/lint.sh

bench: .venv/.complete .venv-store/.complete ## measure, beside the rivals in the same run; rewrites bench/results and README's table
	go -C bench run . $(ARGS)

generate: .venv/.complete ## rewrite all generated files
	$(PYTHON) figure/data/generate.py
	go generate ./...

parity: .venv/.complete ## compare our figures with the real plotly.py's (N=7000 random calls; SEED=n replays, WITH=trendline asks those that have it)
	@N=$(N) SEED=$(SEED) WITH=$(WITH) scripts/test.sh parity

browser: web/node_modules/.test .venv-store/.complete ## drive the demo page, and plotly.js 2, 3 and 4, in a real Chromium
	npm test --silent --prefix web

fidelity: web/node_modules/.test ## compare full and reduced pictures; rewrites docs/fidelity.* and the README's lead (FULL=1: all combinations)
	@FIDELITY=1 node --test --test-reporter=spec web/test/visible.test.mjs

FUZZTIME ?= 30s
fuzz: ## run every fuzz target for FUZZTIME (30s)
	@scripts/fuzz.sh $(FUZZTIME)

setup: ## install what the tests need, and nothing else
	@scripts/setup.sh
	@$(MAKE) -s .venv/.complete .venv-store/.complete web/node_modules/.test

clean: ## remove what the other targets installed or built
	rm -rf .venv .venv-store web/node_modules web/test/out

# The stamps say "complete": an install that was interrupted is made again.
# .venv-store has a real Dash besides, which would bring its own choice of plotly.py.
.venv/.complete: internal/peers/requirements.txt
.venv-store/.complete: internal/peers/requirements-store.txt internal/peers/requirements.txt
.venv/.complete .venv-store/.complete:
	@echo "pip install -r $<"
	@python=$$(scripts/python.sh 3.11) && $$python -m venv --clear $(@D)
	@$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --no-input -r $<
	@touch $@

# npm ci removes node_modules first, and so the stamp of the other install too.
web/node_modules/.demo: web/package-lock.json
	@echo "npm ci --omit=dev"
	@npm ci --omit=dev --prefix web --loglevel=error --no-progress >/dev/null
	@touch $@

web/node_modules/.test: web/package-lock.json
	@echo "npm ci"
	@npm ci --prefix web --loglevel=error --no-progress >/dev/null
	@touch web/node_modules/.demo $@

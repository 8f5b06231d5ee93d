# Everything runs in environments under .venv and .local, which local/bootstrap.py sets up as they are needed.

SET_UP := ./local/python.sh -m local.bootstrap
BIN := .venv/bin
SAM := PATH="$(CURDIR)/.local/venvs/sam/bin:$$PATH" SAM_CLI_TELEMETRY=0 sam
# `sam validate` and `sam build` call nothing in AWS, and still want to know a region.
SAM_OFFLINE := AWS_DEFAULT_REGION=us-east-1 $(SAM)
# The stage's region, tags and parameters, of which the architecture is one, in samconfig.toml: `build` and `deploy` read
# the same.
AS_STAGE = $(if $(STAGE),--config-env $(STAGE))
# `sam build` does not look whether what it kept of a layer was made as the layers are made today.
RECIPE = $(shell cat layers/build/layer.mk layers/build/*/Makefile | cksum | cut -d ' ' -f 1)
PYTHON_ROOTS := layers/billing/billing functions local clients/python/src clients/local/src examples/fastapi tests
# npm leaves this file when it has installed what the lock names.
VENDOR_SDKS := tests/conformance/node_modules/.package-lock.json
VIEWER := local/demo/docs/node_modules/.package-lock.json
NEXTJS := examples/nextjs/node_modules/.package-lock.json
CLIENT_TOOLS := $(VIEWER) clients/js/node_modules/.package-lock.json examples/express/node_modules/.package-lock.json

.DEFAULT_GOAL := help
# Every target by a small name is a command; what is a file has its path.
.PHONY: $(shell sed -n 's/^\([a-z-]*\):.*/\1/p' Makefile)

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## start the local stack; Ctrl-C stops it, and with KEEP=1 its data is there at the next start
	@$(SET_UP) -m local $(if $(KEEP),--keep)

doctor: ## what is missing or wrong, one line each, before and after a start
	@./local/python.sh -m local.doctor

test: lint clients conformance unit package stack-tests ## the whole gate

lint: ## the static part: style, types, layers, template
	@$(SET_UP) --with-sam
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy $(PYTHON_ROOTS)
	PYTHONPATH=layers/billing:. $(BIN)/lint-imports --no-cache
	$(SAM_OFFLINE) validate --lint
	$(SAM_OFFLINE) validate --lint --template examples/bus-consumer/template.yaml
	$(SAM_OFFLINE) validate --lint --template examples/second-region/template.yaml

unit: ## tests that need no running stack
	@$(SET_UP)
	$(BIN)/pytest -n 3 -m "not stack and not package" --every-right-is-used

clients: ## check the JavaScript client's types and try it, where there is Node 20
	@if command -v node >/dev/null && command -v npm >/dev/null; then $(MAKE) --no-print-directory client; \
	else echo "clients: skipped, because node and npm are not installed"; fi

viewer: $(VIEWER) ## install what shows the API at /docs of the local stack, offline: it wants Node 20

client: $(CLIENT_TOOLS)
	cd clients/js && npm run --silent check && node --test --test-reporter=dot test/*.test.mjs
	node --test --test-reporter=dot examples/*/test/*.test.mjs tests/local/demo/*.test.mjs

nextjs: $(NEXTJS) ## build the Next.js example for production: a part of CI and not of `test`, for its weight
	cd examples/nextjs && NEXT_TELEMETRY_DISABLED=1 npm run --silent build

conformance: ## hold the simulators against the vendors' own types, where there is Node 20
	@if command -v node >/dev/null && command -v npm >/dev/null; then $(MAKE) --no-print-directory walks; \
	else echo "conformance: skipped, because node and npm are not installed"; fi

walks: $(VENDOR_SDKS)
	@$(SET_UP)
	node --test --test-reporter=dot tests/conformance/chargebee/differences.test.mjs
	node tests/conformance/chargebee/walk.mjs
	$(BIN)/pytest -n 0 tests/conformance/scalekit

$(VENDOR_SDKS) $(CLIENT_TOOLS) $(NEXTJS): %/node_modules/.package-lock.json: %/package-lock.json
	cd $* && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

verify-sandbox: ## ask the Chargebee test site of .env what it does: held, differs, or could not tell
	@$(SET_UP)
	@PYTHONPATH=layers/billing:. $(BIN)/python -m tests.sandbox

package: ## build what is deployed, and import it as Lambda would
	@$(SET_UP) --with-sam
	$(BIN)/pytest tests/package

stack-tests: ## end-to-end and browser tests, against two stacks of their own
	@$(SET_UP)
	$(BIN)/pytest -n 2 --dist loadfile -m stack

reference: ## write the pages of docs/reference that are made from the types
	@$(SET_UP)
	PYTHONPATH=layers/billing $(BIN)/python -m tests.reference

pictures: ## take the pictures of docs/images, with a stack of their own and Chromium
	@$(SET_UP)
	PYTHONPATH=clients/local/src:. $(BIN)/python -m tests.browser.pictures

docs: ## build docs/ as a site, in .local/site
	@$(SET_UP) --with-docs
	@.local/venvs/docs/bin/sphinx-build --quiet --fail-on-warning --keep-going docs .local/site
	@echo "Open .local/site/README.html"

build: ## check plans.toml and hooks.py, and build for deployment: [STAGE=dev|staging|prod]
	@$(SET_UP) --with-sam
	@PYTHONPATH=layers/billing $(BIN)/python -m billing.app.yours
	$(SAM_OFFLINE) build --cached --cache-dir .aws-sam/cache/$(RECIPE) --parallel $(AS_STAGE)
	@$(BIN)/python -m local.bill_of_materials

audit: ## look every locked package up among the known vulnerabilities
	@$(SET_UP) --with-audit -m local.auditing

deploy: ## build and deploy, the first time and later: STAGE=dev|staging|prod
	@$(SET_UP) --with-sam -m local.operations.deployable "$(STAGE)"
	@$(MAKE) --no-print-directory build
	@$(BIN)/python -m local.operations.stamping "$(STAGE)"
	$(SAM) deploy $(AS_STAGE) --capabilities CAPABILITY_IAM --resolve-s3 --no-fail-on-empty-changeset

# These act on the deployed stack of STAGE or STACK_NAME, else on the local stack while it runs.

teardown: ## delete a deployed stack, and say what stays: STAGE=dev|staging|prod
	@$(SET_UP) -m local.operations teardown

logs: ## what the functions logged: [ORG=] [LEVEL=WARNING] [SINCE=1h] [ID=] [FOLLOW=1]
	@$(SET_UP) -m local.operations logs $(if $(ORG),--org "$(ORG)") $(if $(LEVEL),--level "$(LEVEL)") \
		$(if $(SINCE),--since "$(SINCE)") $(if $(ID),--id "$(ID)") $(if $(FOLLOW),--follow)

trace: ## the way of one request or event, in order of time: ID=... [SINCE=3d]
	@$(SET_UP) -m local.operations trace "$(ID)" $(if $(SINCE),--since "$(SINCE)")

replay: ## feed Chargebee's events again: SINCE=2h|3d|2026-11-21T10:00Z [ORG=org_...]
	@$(SET_UP) -m local.operations replay --since "$(SINCE)" $(if $(ORG),--org "$(ORG)")

sync: ## read one organization from Chargebee now: ORG=org_...
	@$(SET_UP) -m local.operations sync --org "$(ORG)"

reconcile: ## find what both vendors know and we do not: [WINDOW=2h]
	@$(SET_UP) -m local.operations reconcile $(if $(WINDOW),--window "$(WINDOW)")

dead: ## list the dead letters: [QUEUE=events|provisioning|imports|hooks|holds|relay]
	@$(SET_UP) -m local.operations dead $(if $(QUEUE),--queue "$(QUEUE)")

redrive: ## move dead letters back to their queue: [QUEUE=...] [ID=...]
	@$(SET_UP) -m local.operations redrive $(if $(QUEUE),--queue "$(QUEUE)") $(if $(ID),--id "$(ID)")

discard: ## throw one dead letter away for good: ID=... REASON="..."
	@$(SET_UP) -m local.operations discard "$(ID)" --reason "$(REASON)"

plans-check: ## say what another catalog than plans.toml would change: FILE=...
	@$(SET_UP)
	@PYTHONPATH=layers/billing $(BIN)/python -m local.changing_plans check "$(FILE)"

plan: ## change plans at run time, and say for how many: FILE=... [DRY_RUN=1]
	@$(SET_UP)
	@PYTHONPATH=layers/billing $(BIN)/python -m local.changing_plans $(if $(DRY_RUN),propose,put) "$(FILE)"

migrate: ## rewrite the rows of older versions, while everything runs
	@$(SET_UP) -m local.operations migrate

import: ## map the customers that Chargebee has to organizations; a dry run without APPLY=1: [CSV=...] [RATE=1]
	@$(SET_UP) -m local.operations import $(if $(APPLY),--apply) $(if $(CSV),--csv "$(CSV)") $(if $(RATE),--rate "$(RATE)")

restore: ## bring back what the table has lost, from a copy that DynamoDB restored: FROM=table [ORG=org_...]
	@$(SET_UP) -m local.operations restore --from "$(FROM)" $(if $(ORG),--org "$(ORG)")

import-balances: ## bring balances and uses from before; a dry run without APPLY=1: CSV=...
	@$(SET_UP) -m local.operations import-balances --csv "$(CSV)" $(if $(APPLY),--apply)

export: ## write all that is known of one organization into a file: ORG=org_... [FILE=export-ORG.json]
	@$(SET_UP) -m local.operations export --org "$(ORG)" $(if $(FILE),--file "$(FILE)")

forget: ## erase one organization, but for what your books need: ORG=org_... [CONFIRM=org_...]
	@$(SET_UP) -m local.operations forget --org "$(ORG)" $(if $(CONFIRM),--confirm "$(CONFIRM)")

secrets: ## fill the stack's secrets or rotate them: asks for each, or takes them from FILE=...
	@$(SET_UP) -m local.operations secrets $(if $(FILE),--file "$(FILE)")

drop-previous: ## accept the webhook secrets before the last rotation no more
	@$(SET_UP) -m local.operations drop-previous

bench: ## measure times, memory and prices, and write docs/reference/performance.md: [ROUNDS=5]
	@$(SET_UP)
	PYTHONPATH=layers/billing $(BIN)/python -m tests.bench $(ROUNDS)

soak: ## load and chaos on a local stack of its own, with a page of plots: [WEBHOOKS=1000] [ORGS=20]
	@$(SET_UP)
	@PYTHONPATH=layers/billing:clients/local/src:. $(BIN)/python -m tests.soak $(or $(WEBHOOKS),1000) $(or $(ORGS),20)

lock: ## compile the *.in files into the locks beside them (all to their newest: ARGS=--upgrade)
	@$(SET_UP) --with-sam -m local.locking $(ARGS)

clean: ## remove everything that these targets made
	rm -rf .venv .local tests/conformance/node_modules clients/js/node_modules examples/*/node_modules examples/nextjs/.next local/demo/docs/node_modules .aws-sam .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

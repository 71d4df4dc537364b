# Needs make and Python 3.11 or 3.12. Everything else goes into .venv, from requirements.lock, and is quick the second time.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# Every command starts Python again: without cached bytecode each start would compile Dagster and dbt again, 1 to 2 s.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
UV := $(BIN)/uv
UV_VERSION := 0.13.9
PYTHON = $(shell for python in python3 python3.12 python3.11 python; do \
	"$$python" -c 'import sys, ensurepip; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' 2>/dev/null \
	&& echo "$$python" && break; done)

# The demo lives just after its sample calls; what it makes is under data/local unless VOICE_HOME names another place.
DEMO_NOW := 2026-11-26T12:00:00Z
DEMO_DAY := 2026-11-17
DEMO_WEEK := 2026-11-16
SOUND_TESTS := tests/agent/offline/audio
DAEMON_TESTS := tests/daemon
INTEGRATION_TESTS := tests/integration
BROWSER_TESTS := tests/orchestration/web/browser
# Files as they stand, without asking a vendor whether a secret still works and without looking for a newer scanner.
SECRET_SCAN := --git-history none --no-validate --no-update-check --redact --quiet \
	--exclude .git --exclude .venv --exclude node_modules --exclude data/local --exclude dbt_project/target --exclude .env
LOCAL := $(abspath $(or $(VOICE_HOME),data/local))

.PHONY: help
help: ## Show the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-19s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: export VOICE_NOW := $(DEMO_NOW)
demo: $(BIN)/.installed ## Hold a few calls, process them and the sample calls from end to end, and say what came of them
	@$(BIN)/voice call --script data/scripts --once
	@$(BIN)/voice deliver data/samples
	@$(BIN)/voice sandbox -- $(BIN)/voice run
	@$(BIN)/voice report daily --date $(DEMO_DAY) --out $(LOCAL)/reports/daily/$(DEMO_DAY).html
	@$(BIN)/voice report weekly --date $(DEMO_DAY) --out $(LOCAL)/reports/weekly/$(DEMO_WEEK).html
	@$(BIN)/voice alerts replay --from $(DEMO_WEEK) --to 2026-11-25 --history $(LOCAL)/store --out $(LOCAL)/reports/alerts.html \
		>/dev/null
	@$(BIN)/voice status
	@echo 'Next: open $(LOCAL)/reports/daily/$(DEMO_DAY).html and $(LOCAL)/reports/weekly/$(DEMO_WEEK).html,'
	@echo '      $(LOCAL)/reports/alerts.html, which has what alert rules tell over these calls,'
	@echo '      run "make dev" for the Dagster UI,'
	@echo '      or .venv/bin/voice query "select qualification_tier, count(*) from sessions group by all".'

.PHONY: dev
dev: export VOICE_NOW := $(DEMO_NOW)
dev: export DAGSTER_HOME := $(LOCAL)/dagster
# Dagster calls its own command superseded by one of a package that is not needed here.
dev: export PYTHONWARNINGS := ignore:Function `dev_command`
dev: $(BIN)/.installed ## Open the Dagster UI and its daemon on the demo's state
	@umask 077; $(BIN)/python -m orchestration.defs.dagster_home
	@umask 077; $(BIN)/dagster dev -w workspace.yaml

.PHONY: test
test: $(BIN)/.installed ## Lint, check types and run every test but those with sound, a daemon, a browser or real servers
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target lint typecheck & checks=$$!; \
	$(BIN)/pytest -q -n 2 --dist worksteal --ignore $(SOUND_TESTS) --ignore $(DAEMON_TESTS) \
		--ignore $(INTEGRATION_TESTS) --ignore $(BROWSER_TESTS); tests=$$?; \
	wait $$checks || { echo 'Lint or types failed: see above.' >&2; exit 1; }; exit $$tests

.PHONY: audio-packages
audio-packages: $(BIN)/.audio-installed ## Install what calls with sound need; compiles PocketSphinx on Python 3.12
	@command -v espeak-ng >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends espeak-ng; }

.PHONY: audio
audio: audio-packages ## Test calls with real sound (about 2 minutes)
	$(BIN)/pytest -q -n 2 --dist loadfile $(SOUND_TESTS)

.PHONY: daemon
daemon: $(BIN)/.installed ## Process calls by Dagster's daemon and by `voice run` at once (about 2 minutes)
	$(BIN)/pytest -q $(DAEMON_TESTS)

.PHONY: servers
servers: $(BIN)/.installed ## Build the servers that tests with real ones need: LiveKit, SeaweedFS (S3), ElasticMQ (SQS); needs Go, Java and Maven
	@$(BIN)/python -m tests.support.server_builds

.PHONY: integration
integration: audio-packages servers ## Hold a call through a real LiveKit, S3 and SQS server, and process it (about 2 minutes when they are built)
	$(BIN)/pytest -q $(INTEGRATION_TESTS) --ignore $(INTEGRATION_TESTS)/full

.PHONY: integration-full
integration-full: audio-packages servers ## Hold calls with a real LiveKit server, from a browser too, compare their documents, read a real queue, and kill a deployment in mid-run (about 35 minutes); needs Chromium and root
	$(BIN)/pytest -q $(INTEGRATION_TESTS)/full

.PHONY: accessibility
accessibility: $(BIN)/.installed ## Open every page in a browser, wide and narrow, light and dark, and check it against WCAG 2.2 AA; needs Chromium (about 6 minutes)
	$(BIN)/pytest -q -s $(BROWSER_TESTS)

.PHONY: chaos
chaos: $(BIN)/.installed ## Kill runs, workers and calls at random moments, damage files of a home, poison a batch, and compare what is left (about 30 minutes)
	VOICE_ROUNDS=5 $(BIN)/pytest -q $(DAEMON_TESTS)
	VOICE_BATCH_CALLS=200 $(BIN)/pytest -q tests/orchestration/test_poison_in_a_run.py
	VOICE_KILLS=10 $(BIN)/pytest -q tests/orchestration/test_killed_runs.py
	VOICE_KILLS=10 VOICE_BACKFILL_CALLS=200 $(BIN)/pytest -q -s tests/orchestration/backfill/test_killed_backfills.py
	$(BIN)/pytest -q tests/analyzers/language/test_fan_out.py tests/orchestration/state/test_dead_claims.py
	VOICE_ORDERS=10 $(BIN)/pytest -q -k any_order tests/orchestration/warehouse/test_rollups.py
	VOICE_EVERY=1 $(BIN)/pytest -q -k golden tests/analyzers/lead_score/test_weighing.py
	VOICE_ROUNDS=5 $(BIN)/pytest -q tests/orchestration/test_damaged_homes.py
	VOICE_KILLS=20 $(BIN)/pytest -q tests/agent/test_killed_calls.py
	VOICE_CALLS=200 $(BIN)/pytest -q -s tests/agent/test_many_calls.py
	VOICE_KILLS=50 VOICE_SYNC_CALLS=1000 $(BIN)/pytest -q tests/orchestration/destinations/test_killed_syncs.py
	VOICE_KILLS=100 $(BIN)/pytest -q tests/orchestration/alerts/test_killed_while_sending.py

.PHONY: dashboard-filters
dashboard-filters: $(BIN)/.installed ## Compare all widgets with figures computed in Python, with 60 random combinations of filters (about 3 minutes)
	VOICE_COMBINATIONS=60 $(BIN)/pytest -q tests/orchestration/dashboards/test_figures.py

.PHONY: alert-histories
alert-histories: $(BIN)/.installed ## Replay the alert rules over the histories of a month, and tick through a month and a busy day (about 25 minutes)
	VOICE_ALERT_HISTORIES="month_45 month_2000" $(BIN)/pytest -q tests/orchestration/alerts/test_histories_with_known_incidents.py
	VOICE_TICKED_HISTORIES="month_45 day_2000" $(BIN)/pytest -q tests/orchestration/alerts/test_histories_through_ticks.py

.PHONY: salesforce-metadata
salesforce-metadata: $(BIN)/.installed ## Check what is deployed to Salesforce against the vendor's own schema; needs Node.js and npm
	@command -v npm >/dev/null || { echo 'npm is missing. Install Node.js 20 or newer.' >&2; exit 1; }
	@cd salesforce && npm ci --no-audit --no-fund --ignore-scripts --loglevel error && node check.mjs

.PHONY: metabase-representation
metabase-representation: $(BIN)/.installed ## Check the files of `voice provision metabase --out` with Metabase's own validator; needs Node.js and npm
	@command -v npm >/dev/null || { echo 'npm is missing. Install Node.js 20 or newer.' >&2; exit 1; }
	@cd dashboards/representation && npm ci --no-audit --no-fund --ignore-scripts --loglevel error
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && $(BIN)/voice provision metabase --out "$$folder" && \
		dashboards/representation/node_modules/.bin/representations validate-schema --folder "$$folder"

.PHONY: metabase-questions
metabase-questions: $(BIN)/.installed ## Run every question of Metabase on PostgreSQL and DuckDB with 200 random combinations of filters (about 10 minutes)
	VOICE_COMBINATIONS=200 $(BIN)/pytest -q tests/orchestration/postgres/test_metabase_questions.py

.PHONY: lint
lint: $(BIN)/.installed ## Check style, formatting, the direction of imports, SQL, dependencies, secrets and links of the pages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/lint-imports --no-logo
	$(BIN)/sqlfluff lint dbt_project
	$(BIN)/deptry .
	$(BIN)/python -m tests.markdown_links
	$(MAKE) --no-print-directory secrets

.PHONY: secrets
secrets: $(BIN)/.installed ## Look for secrets in the files as they stand
	$(BIN)/kingfisher scan . $(SECRET_SCAN)

.PHONY: typecheck
typecheck: $(BIN)/.installed ## Check types
	$(BIN)/pyright --project pyproject.toml

.PHONY: bench
bench: $(BIN)/.installed ## Measure speed and memory beside their bounds, and write docs/benchmarks.md (about 10 minutes)
	@$(BIN)/python -m benchmarks

.PHONY: bench-accept
bench-accept: ## Make the last result of make bench the one that later results are compared with
	@cp benchmarks/results/latest.json benchmarks/baseline.json

.PHONY: bench-backlog
bench-backlog: $(BIN)/.installed ## Measure many calls at once, a thousand by the daemon and ten thousand by command (about 12 minutes)
	@$(BIN)/python -m benchmarks backlog --out benchmarks/results/backlog.json

.PHONY: bench-syncs
bench-syncs: $(BIN)/.installed ## Measure syncs and serving at 2,000 and 10,000 calls (about 15 minutes)
	@$(BIN)/python -m benchmarks syncs --out benchmarks/results/syncs.json

.PHONY: bench-warehouse
bench-warehouse: $(BIN)/.installed ## Measure the warehouse at 10,000 and a million calls (about 45 minutes, 40 GB of disk)
	@$(BIN)/python -m benchmarks warehouse --out benchmarks/results/warehouse.json

.PHONY: warehouse-docs
warehouse-docs: export VOICE_NOW := $(DEMO_NOW)
warehouse-docs: $(BIN)/.installed ## Write dbt's documentation of the warehouse as one page, with lineage
	@$(BIN)/python -m orchestration.warehouse.docs

.PHONY: accuracy
accuracy: $(BIN)/.installed ## Write docs/accuracy.md from the golden calls (about 20 seconds)
	@$(BIN)/python -m evaluation data/golden docs/accuracy.md

.PHONY: train
train: FOLDS := $(LOCAL)/folds
train: $(BIN)/.installed ## Train the reader anew and fit what rests on it (an hour and more; training/requirements.txt)
	@mkdir -p $(FOLDS)
	@for fold in 1 2; do \
		(OMP_NUM_THREADS=1 $(BIN)/python -m training.reader --fold $$fold $(FOLDS)/$$fold && $(BIN)/python -m training.mood $(FOLDS)/$$fold) \
			& running="$$running $$!"; \
	done; for one in $$running; do wait $$one || exit 1; done
	@$(BIN)/python -m training.reader $(FOLDS)/1 $(FOLDS)/2
	@$(BIN)/python -m training.mood
	@for step in training.call_facts training.choices training.fusion training.whole_call training.growth evaluation.claims; do \
		echo "$$step"; $(BIN)/python -m $$step $(FOLDS)/1 $(FOLDS)/2 || exit 1; \
	done

.PHONY: settings-page
settings-page: $(BIN)/.installed ## Write docs/settings.md and .env.example from the settings classes
	@$(BIN)/python -m orchestration.settings_page

.PHONY: pictures
pictures: $(BIN)/.installed ## Take the pictures of the README again, with a headless Chromium
	@$(BIN)/python -m tests.pictures

.PHONY: lock
lock: $(UV) ## Write requirements.lock and requirements-audio.lock from pyproject.toml
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --extra dev \
		pyproject.toml -o requirements.lock
	@echo pocketsphinx | $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		--constraint requirements.lock - -o requirements-audio.lock

.PHONY: clean
clean: ## Remove the demo's data (data/local) and all caches; .venv stays
	rm -rf data/local .pytest_cache .ruff_cache .hypothesis .import_linter_cache dbt_project/target dbt_project/logs
	find . -path ./.venv -prune -o -name __pycache__ -type d -exec rm -rf {} +

$(BIN)/.installed: requirements.lock pyproject.toml | $(UV)
	@echo 'Installing packages into .venv'
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

$(BIN)/.audio-installed: requirements-audio.lock $(BIN)/.installed
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements-audio.lock
	@touch $@

$(UV):
	@test -n "$(PYTHON)" || { echo 'No Python 3.11 or 3.12 with venv found. Install one (on Debian: python3-venv).' >&2; exit 1; }
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

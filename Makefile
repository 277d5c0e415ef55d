# Two commands matter: `make demo` and `make test`. Everything else is for maintainers.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3)
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
DEMO   := demo-minutes
SAMPLES := sample_audio/2026-03-02-garden-committee.flac sample_audio/2026-04-14-product-launch.mp3 sample_audio/2026-05-20-support-call.m4a sample_audio/2026-06-10-hop-tuan.vtt

# The pins hold for build tools too; newer versions of pip read the second name.
export PIP_CONSTRAINT := $(CURDIR)/constraints.txt
export PIP_BUILD_CONSTRAINT := $(CURDIR)/constraints.txt
export PIP_DISABLE_PIP_VERSION_CHECK := 1

PYTEST := $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

.PHONY: demo test test-all install slim lint types format docs examples overhead audio-bench lock dist clean

demo: $(READY)  ## minutes of the sample meetings, by Whisper base
	$(BIN)/minutes run $(SAMPLES) --config embedded --out $(DEMO)
	@echo; cat $(DEMO)/2026-03-02-garden-committee-*/minutes.md
	@echo; echo "The other meetings' minutes lie in $(DEMO)/. Next: $(BIN)/minutes run YOUR-RECORDING"

test: $(READY)  ## the tests, but for slow ones and those in a browser
	$(PYTEST) -m "not slow and not browser"

test-all: $(READY)  ## all tests, as before a merge
	$(PYTEST)

install: $(READY)

# Compiled on all cores afterwards: pip does it on one, which takes as long as everything else.
$(READY): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "error: no Python found. Install Python 3.11 or 3.12, or run: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' || { \
		echo "error: $(PYTHON) is $$($(PYTHON) --version 2>&1), but 3.11 or 3.12 is needed. Run: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "Installing into $(VENV): some minutes, once."
	@$(PYTHON) -m venv $(VENV) || { echo "error: $(PYTHON) cannot make virtual environments; on Debian: apt install python3-venv" >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --no-compile --editable '.[local,embedded,llama-cpp,adapters,export,evaluate,dev]'
	@$(BIN)/python -m compileall -qq -j 0 -x /tests/ $(VENV)/lib || true  # some packages hold files that are no Python
	$(BIN)/minutes models pull --config embedded
	@touch $(READY)

slim:  ## captions to minutes in an environment without torch, from the package as users get it
	@rm -rf .venv-slim build; $(PYTHON) -m venv .venv-slim
	.venv-slim/bin/python -m pip install --quiet --no-compile .
	@! .venv-slim/bin/python -c 'import torch' 2>/dev/null || { echo "error: torch came with the base packages" >&2; exit 1; }
	.venv-slim/bin/minutes run sample_audio/2026-06-10-hop-tuan.vtt --out .venv-slim/minutes
	@rm -rf .venv-slim build

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(READY)  ## write the pages that follow from the code
	$(BIN)/python docs/generate.py

examples: $(READY)  ## docs/examples: the pages of the sample meetings, without the files that lie beside them
	$(BIN)/minutes run $(SAMPLES) --config embedded --set 'report.formats=[md]' --out .examples
	@mkdir -p docs/examples
	@for page in .examples/*/minutes.md; do \
		name=$$(basename $$(dirname $$page)); \
		grep -v -e '](run.json)' -e '](timeline.svg)' $$page > docs/examples/$${name%-*}.md; \
	done
	@rm -rf .examples

overhead: $(READY)  ## what Prefect and start-up cost on this machine
	$(BIN)/python benchmarks/overhead.py

audio-bench: $(READY)  ## speed and peak memory of decoding and speech detection, ten minutes to ten hours
	$(BIN)/python benchmarks/audio.py

lock:  ## write constraints.txt and requirements.txt anew, with the newest versions that pyproject.toml allows
	$(PYTHON) -m venv .venv-lock
	env -u PIP_CONSTRAINT -u PIP_BUILD_CONSTRAINT .venv-lock/bin/python -m pip install --quiet uv
	.venv-lock/bin/uv pip compile pyproject.toml constraints.in --all-extras --universal --python-version 3.11 --fork-strategy fewest --upgrade \
		--no-annotate --no-emit-index-url \
		--custom-compile-command 'make lock' --quiet --output-file constraints.txt
	.venv-lock/bin/uv pip compile pyproject.toml constraints.in --extra local --extra embedded --extra llama-cpp --extra adapters \
		--constraint constraints.txt --generate-hashes --universal --python-version 3.11 --fork-strategy fewest \
		--no-annotate --no-emit-index-url \
		--custom-compile-command 'make lock' --quiet --output-file requirements.txt

dist: $(READY)  ## wheel and sdist
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

clean:
	rm -rf $(VENV) .venv-lock $(DEMO) dist build *.egg-info .pytest_cache .mypy_cache .ruff_cache

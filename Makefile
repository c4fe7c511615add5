# Each target does its own set-up; on a machine where that was done, it takes a second or two.
# What is needed beforehand: cargo, and some python3 with pip.

PYTHON3 ?= python3
TOOLS := .venv/bin
# More arguments for pytest, as in: make test TESTS="tests/constructs -k loops"
TESTS ?= tests
# Crates that know no Python; crates/native is tested through Python.
CARGO_TEST := cargo test --quiet --workspace --exclude pyteleport-native

.PHONY: demo test lint bench sweep clean

demo:
	@$(PYTHON3) scripts/setup.py --one
	@"$$(dirname "$$(cat .build/one)")/pyteleport" demo

test:
	@$(PYTHON3) scripts/setup.py
	PYTELEPORT_PYTHONS="$$(cat .build/pythons)" $(CARGO_TEST)
	PYTELEPORT_PYTHONS="$$(cat .build/pythons)" $(TOOLS)/python -m pytest $(TESTS)

lint:
	@$(PYTHON3) scripts/setup.py --tools
	cargo fmt --check
	$(PYTHON3) scripts/clippy.py
	$(TOOLS)/ruff check
	$(TOOLS)/ruff format --check
	$(TOOLS)/mypy
	$(TOOLS)/python -m pytest -q tests/test_house_rules.py

bench:
	@$(PYTHON3) scripts/setup.py
	@PYTELEPORT_PYTHONS="$$(cat .build/pythons)" $(TOOLS)/python benches/run.py

# Every program of the corpora at up to 500 points; writes docs/coverage.md. A good hour.
sweep:
	@$(PYTHON3) scripts/setup.py
	@PYTELEPORT_PYTHONS="$$(cat .build/pythons)" $(TOOLS)/python tests/corpora/sweep.py

clean:
	rm -rf .build target

# `make demo` and `make test` need make and Python 3.11 or newer; scripts/setup.sh installs the rest, or asks for it.
# Only the tests want Java: they start a Spark cluster.
# One environment serves every target: the demo needs the build backend from the dev lock anyway, and two would differ.

PYTHON ?= python3
bin := .venv/bin
benchmarks := $(wildcard benchmarks/*.py)

.PHONY: help demo test lint bench bench-inference bench-scale bench-isolation bench-explain hostile samples wheel clean system

help:
	@echo 'make demo    audit the sample model; the report goes to build/demo'
	@echo 'make test    run the tests, with branch coverage'
	@echo 'make lint    ruff, mypy and the import contracts'
	@echo 'make bench   run the benchmarks'
	@echo 'make bench-inference   measure how often verdicts are wrong, for docs/validation.md; ARGS=--quick for less'
	@echo 'make bench-scale bench-isolation   measure how fast the tool is beside others, for docs/benchmarks.md; ARGS=--quick for less'
	@echo 'make bench-isolation   measure what a locked process costs, for docs/models.md; ARGS=--quick for less'
	@echo 'make bench-explain   measure whether explanations find what was planted, for docs/explanations.md'
	@echo 'make hostile try hostile models, for docs/hostile.md; ARGS=--quick for fewer damaged files'
	@echo 'make samples make the sample reports of docs/samples again'
	@echo 'make wheel   build the wheel, install it elsewhere and try it there'
	@echo 'make clean   remove .venv and everything that was built'
	@echo 'PYTHON=…     the interpreter to make .venv with (now $(PYTHON))'

demo: .venv/.stamp
	@rm -rf build/demo
	@$(bin)/fateaudit demo build/demo

test: .venv/.stamp
	@scripts/setup.sh spark
	@$(bin)/pytest -n 2 --cov

lint: .venv/.stamp
	$(bin)/ruff check .
	$(bin)/ruff format --check .
	$(bin)/mypy
	$(bin)/lint-imports --no-logo

bench: .venv/.stamp
	@set -e; for script in $(benchmarks); do echo "== $$script"; $(bin)/python "$$script"; done

bench-inference: .venv/.stamp
	@$(bin)/python benchmarks/inference.py $(ARGS)

bench-scale: .venv/.stamp
	@$(bin)/python benchmarks/scale.py $(ARGS)

bench-isolation: .venv/.stamp
	@$(bin)/python benchmarks/isolation.py $(ARGS)

bench-explain: .venv/.stamp
	@$(bin)/python benchmarks/explain.py $(ARGS)

hostile: .venv/.stamp
	@scripts/setup.sh sandbox
	@$(bin)/python benchmarks/hostile $(ARGS)

samples: .venv/.stamp
	@$(bin)/python scripts/make_samples.py

wheel: .venv/.stamp
	@scripts/check_wheel.sh

clean:
	rm -rf .venv build dist .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

# What the machine must have lies outside .venv, so its stamp cannot vouch for it: looked at every time.
system:
	@PYTHON='$(PYTHON)' scripts/setup.sh system

.venv/.stamp: requirements/dev.txt pyproject.toml | system
	@PYTHON='$(PYTHON)' scripts/setup.sh environment

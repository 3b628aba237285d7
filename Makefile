# SPDX-License-Identifier: Apache-2.0

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo build release test chaos soak bench micro lint format coverage clean

# CONFIG=release compiles longer and runs faster.
CONFIG ?= debug
# More arguments: make demo ARGS="--vims 5 --vms 1000", make test ARGS="--filter PyYAMLTests".
ARGS ?=
# Schedules of make chaos, cycles of make soak.
COUNT ?= 2000
# All tests at once starve each other on a small machine, up to the timeouts of what they test.
WIDTH := --experimental-maximum-parallelization-width 8

SWIFT := scripts/with-swift swift

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: build ## install what is missing, build, and show the main job at work
	.build/$(CONFIG)/vimwatch demo $(ARGS)

build: ## build the program (CONFIG=release for an optimised one)
	scripts/install-deps
	$(SWIFT) build -c $(CONFIG) --product vimwatch

# In a folder of its own: objects compiled for Swift's dynamic libraries cannot be linked with the static ones.
release: ## build the optimised program without need of Swift's libraries: .build/static/release/vimwatch
	scripts/install-deps
	$(SWIFT) build --scratch-path .build/static -c release --static-swift-stdlib --product vimwatch

test: ## install what is missing, build, and run all tests
	scripts/install-deps --tests
	$(SWIFT) build --build-tests
	MONGOD=$$(scripts/with-pip scripts/get-mongod | tail -n 1) && export MONGOD && \
	    $(SWIFT) test --skip-build --disable-xctest $(WIDTH) $(ARGS) 2>&1 | tee .build/test.log || { \
	    printf '\nWhat failed:\n'; grep -A 4 -e '^✘' -e ' error: ' .build/test.log | tail -n 60; exit 1; }

# Alone in its process, so that what is left behind can be counted.
chaos: ## play schedules of faults, changes and other writers (COUNT=2000; VIMWATCH_SEED=n: only that one)
	scripts/install-deps --tests
	$(SWIFT) build --build-tests
	MONGOD=$$(scripts/with-pip scripts/get-mongod | tail -n 1) && export MONGOD && \
	    VIMWATCH_CHAOS=$(COUNT) $(SWIFT) test --skip-build --disable-xctest --filter ChaosTests $(ARGS)

soak: COUNT = 3000
soak: ## run the program for COUNT=3000 cycles of a second with its clouds in trouble; what it holds must not grow
	scripts/install-deps --tests
	$(SWIFT) build --build-tests
	MONGOD=$$(scripts/with-pip scripts/get-mongod | tail -n 1) && export MONGOD && \
	    VIMWATCH_SOAK=$(COUNT) $(SWIFT) test --skip-build --disable-xctest --filter SoakTests $(ARGS)

coverage: ## run all tests and list the line coverage of each library (fails under MINIMUM=95 percent)
	scripts/install-deps --tests
	MONGOD=$$(scripts/with-pip scripts/get-mongod | tail -n 1) && export MONGOD && \
	    scripts/with-swift scripts/coverage $(MINIMUM)

micro: ## count what single steps allocate; fails if more than Benchmarks/Thresholds says
	scripts/install-deps
	cd Benchmarks && ../$(SWIFT) package benchmark thresholds check --metric objectAllocations --no-progress

lint: ## check the format of the code
	$(SWIFT) format lint --strict --parallel --recursive Sources Tests Benchmarks/Tool Benchmarks/Benchmarks \
	    Package.swift Benchmarks/Package.swift

format: ## format the code
	$(SWIFT) format --in-place --parallel --recursive Sources Tests Benchmarks/Tool Benchmarks/Benchmarks \
	    Package.swift Benchmarks/Package.swift

clean: ## remove what was built; the fetched mongod stays
	find .build -mindepth 1 -maxdepth 1 ! -name mongod -exec rm -rf {} +

bench: ## measure speed and memory, against the least that is possible (ARGS="--quick": a few minutes)
	scripts/install-deps --tests
	scripts/bench $(ARGS)

# SPDX-License-Identifier: Apache-2.0
# Everything a person or a machine does with this repository; `make help` lists it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run build test test-real test-rigs bench fuzz simulate promises deb test-deb format lint

CALLS ?= 100
# With Swift's own libraries inside: the program runs where no Swift is installed, and stays smaller in memory.
RELEASE = swift build -c release --static-swift-stdlib
SWIFT_SOURCES = Package.swift Sources Tests

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## install what is missing, build, start the service, play stories, stay up (FAST=1: debug build; RUN_ONCE=1: stop after printing)
	@scripts/run

build: ## the service, optimised: .build/release/callsieve
	@scripts/install-packages build
	$(RELEASE) --product callsieve

test: ## every test that needs no other program
	@scripts/install-packages build
	swift test --no-parallel # real sockets and disks: one at a time, so that no test waits for another's

test-real: ## real SIP calls through Kamailio into the service (CALLS=100)
	@scripts/install-packages build real
	$(RELEASE) --product callsieve
	python3 Tests/Rigs/real.py --calls $(CALLS)

test-rigs: ## kill -9, full disk, dead CRM, bad requests, the page in a browser (ONLY=kill; SHORT=1 as in CI)
	@scripts/install-packages build rigs page
	$(RELEASE) --product callsieve
	Tests/Rigs/run $(if $(SHORT),--short) $(ONLY)

# What a bench needs built, where it is not everything.
PRODUCTS_rules = RuleBench
PRODUCTS_replay = RuleBench
PRODUCTS_analysis = AnalysisBench
PRODUCTS_decode = DecodeBench
BENCH_PRODUCTS = $(or $(PRODUCTS_$(ONLY)),callsieve BareRoute RuleBench AnalysisBench DecodeBench)

bench: ## one line a figure (ONLY=B1 runs one; all names: BENCHES in Tests/Bench/bench.py; QUICK=1 for a smaller corpus)
	@scripts/install-packages build bench
	for product in $(BENCH_PRODUCTS); do $(RELEASE) --product $$product || exit; done
	python3 Tests/Bench/bench.py $(if $(QUICK),--quick) $(ONLY)

fuzz: ## libFuzzer on every reader of foreign bytes, ten minutes each (ONLY=cell for one; FUZZ_SECONDS=60)
	@scripts/install-packages build
	Tests/Fuzz/run $(ONLY)

simulate: ## seeded histories of the product's cores under every fault (SEEDS=200000), then planted faults that must be found
	@scripts/install-packages build
	$(RELEASE) --product Simulate
	.build/release/Simulate --seeds $(or $(SEEDS),200000) --failed Tests/SimulationTests/failed-seeds.txt
	.build/release/Simulate --mutants --seeds 10000

promises: ## run what proves the promises of docs/promises.md and write the figures into it (LONG=1: full sizes)
	@scripts/install-packages build rigs
	$(RELEASE) --product callsieve
	scripts/promises $(if $(LONG),--long)

deb: ## the Debian package: .build/deb/callsieve_VERSION_ARCH.deb
	@scripts/install-packages build deb
	$(RELEASE) --product callsieve
	scripts/make-deb

test-deb: ## install the package in a clean Debian root, take a call, upgrade, remove; check unit, proxies' and alerts' examples
	@scripts/install-packages build deb
	$(RELEASE) --product callsieve
	python3 Tests/Rigs/deb.py

format: ## put every Swift file into our form
	swift format --in-place --recursive $(SWIFT_SOURCES)

lint: ## say what is not in our form
	scripts/lint

# evenkeel: `make help` lists the targets. `make demo` and `make test` do all the set-up on a fresh Debian 12 machine.
.DEFAULT_GOAL := help
SHELL := /bin/bash
JOBS ?= $(shell nproc)
export PATH := $(CURDIR)/build/deps/node/bin:$(PATH)
# node trusts its own list of certificates; let it trust what the machine trusts (a company's own registry).
export NODE_EXTRA_CA_CERTS ?= $(wildcard /etc/ssl/certs/ca-certificates.crt)
CTEST = tools/run-tests.sh

help: ## this list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## ?(.*)/  make \1\t\2/' | expand -t 18

deps: ## install what building, testing and the demo need (Debian 12)
	@tools/install-deps.sh

web: web/dist/.built ## the web UI, built into web/dist
web/dist/.built: $(shell find web -path web/node_modules -prune -o -path web/dist -prune -o -type f -print 2>/dev/null)
	@if [ -e web/package.json ]; then cd web && { [ -e node_modules/.installed ] && [ node_modules/.installed -nt package-lock.json ] || { { npm ci --no-audit --no-fund --loglevel=error || npm ci --no-audit --no-fund --loglevel=error; } && touch node_modules/.installed; }; } && npm run --silent build; fi
	@mkdir -p web/dist && touch $@

configure: web
	@mkdir -p build && cmake --preset dev >build/configure.log 2>&1 || { cat build/configure.log; exit 1; }

build: configure ## the development build, in build/dev
	@cmake --build --preset dev -- -j $(JOBS)

# What the demo runs: the product, three fakes and the shop; no test is built for it.
DEMO_PROGRAMS = evenkeel fake_smtp fake_pager fake_flags shopctl shop_service shop_router shop_load
build-demo: deps configure
	@cmake --build --preset dev --target $(DEMO_PROGRAMS) -- -j $(JOBS)

demo: build-demo ## releases of an example shop, on this machine; on a terminal the server stays (KEEP=0 ends it, V=1 shows the commands)
	@tools/demo.sh

dev: deps build ## the server on a scratch database, with the example's definitions
	@tools/dev.sh

unit: build ## the unit tests only
	@build/dev/tests/unit_tests --gtest_brief=1

api-types: build ## regenerate the web UI's API types after an endpoint changed
	@cmake --build --preset dev --target gen_openapi >/dev/null
	@build/dev/gen_openapi >build/openapi.json && cd web && npm run --silent api

test: deps build ## everything that must hold before a change lands
	@tools/check_layers.py
	@tools/check_tables.py
	@$(CTEST) -LE slow -j $$((2 * $(JOBS)))
	@if [ -e web/package.json ]; then cd web && npm run --silent check && npm test --silent && npm run --silent e2e; fi
	@tools/count-tests.sh

test-slow: deps build ## the long ones: 200 crash points, long simulations
	@EVENKEEL_SLOW=1 $(CTEST) -j $(JOBS)

check: ## format, layers, clang-tidy on what changed, sanitizers
	@tools/install-deps.sh --check
	@tools/check.sh

check-all: ## the same, with clang-tidy on every file
	@tools/install-deps.sh --check
	@ALL=1 tools/check.sh

bench: deps ## the numbers of the design, as ratios measured in one run
	@mkdir -p build && cmake --preset release >build/configure.log 2>&1 || { cat build/configure.log; exit 1; }
	@cmake --build --preset release -- -j $(JOBS)
	@tools/bench.sh

bench-build: deps web ## what a clean build costs in CPU seconds without ccache: for the demo, for everything, after one changed line
	@tools/bench-build.sh "$(DEMO_PROGRAMS)" $(JOBS)

package: deps web ## a Debian package and the recipe of a container, in build/release
	@mkdir -p build && cmake --preset release -DEVENKEEL_BENCH=OFF >build/configure.log 2>&1 || { cat build/configure.log; exit 1; }
	@cmake --build --preset release --target evenkeel -- -j $(JOBS) && cp packaging/Containerfile build/release/ && cd build/release && cpack -G DEB

.PHONY: help deps web configure api-types build build-demo bench-build demo dev unit test test-slow check check-all bench package

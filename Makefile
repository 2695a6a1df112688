# evenkeel: `make help` lists the targets.
.DEFAULT_GOAL := help
SHELL := /bin/bash
JOBS ?= $(shell nproc)
export PATH := $(CURDIR)/build/deps/node/bin:$(PATH)

help: ## this list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## ?(.*)/  make \1\t\2/' | expand -t 18

deps: ## install what building, testing and the demo need (Debian 12)
	@tools/install-deps.sh

build: ## the development build, in build/dev
	@cmake --preset dev >build/configure.log 2>&1 || { cat build/configure.log; exit 1; }
	@cmake --build --preset dev -- -j $(JOBS)

unit: build ## the unit tests only
	@build/dev/tests/unit_tests --gtest_brief=1

web/node_modules/.package-lock.json: web/package-lock.json
	@cd web && npm ci --no-audit --no-fund --loglevel=error

web: web/node_modules/.package-lock.json ## build the web UI into web/dist, which the next build embeds
	@cd web && npm run --silent build

api-types: build web/node_modules/.package-lock.json ## regenerate the UI's API types after an endpoint changed
	@cmake --build --preset dev --target gen_openapi >/dev/null
	@build/dev/gen_openapi >build/openapi.json && cd web && npm run --silent api

test-web: web/node_modules/.package-lock.json ## type check and unit tests of the web UI
	@cd web && npm run --silent check && npm run --silent test

.PHONY: help deps build unit web api-types test-web

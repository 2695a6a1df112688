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

.PHONY: help deps build unit

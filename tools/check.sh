#!/usr/bin/env bash
# make check: layers, clang-tidy on what changed, tests under ASan/UBSan, concurrent parts under TSan.
set -euo pipefail
cd "$(dirname "$0")/.."
tools/check_layers.py
base=${BASE:-$(git rev-list --max-parents=0 HEAD | tail -1)}
mkdir -p build web/dist
cmake --preset asan >build/configure.log 2>&1 || { cat build/configure.log; exit 1; }
changed=$(git diff --name-only "$base" -- 'src/*.cpp' | grep -v _test.cpp || true)
if [[ -n $changed && -z ${NO_TIDY:-} ]]; then echo "$changed" | xargs -P "$(nproc)" -n 4 clang-tidy-19 --quiet -p build/asan; fi
cmake --build --preset asan --target unit_tests -- -j "$(nproc)"
build/asan/tests/unit_tests --gtest_brief=1
cmake --preset tsan >build/configure.log 2>&1 || { cat build/configure.log; exit 1; }
cmake --build --preset tsan --target unit_tests -- -j "$(nproc)"
build/tsan/tests/unit_tests --gtest_brief=1 --gtest_filter='Server*:Client*:*Hub*:*Process*:Deliver*:*Runner*'

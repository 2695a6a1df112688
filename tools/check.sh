#!/usr/bin/env bash
# make check: layers, tables, format, keys of evenkeel.yaml, clang-tidy on what changed, unit tests under ASan and UBSan, the concurrent parts under TSan.
#   BASE=REV   what "changed" is measured from; default: where this branch left origin/main, else the commit before. ALL=1 tidies everything.
set -euo pipefail
cd "$(dirname "$0")/.."
tools/check_layers.py
tools/check_tables.py
git ls-files 'src/*.[ch]pp' 'tests/*.[ch]pp' 'bench/*.[ch]pp' 'examples/*.[ch]pp' 'tools/*.[ch]pp' | xargs clang-format-19 --dry-run -Werror
echo "format: as .clang-format says"
cmake --preset dev >/dev/null && tools/check_keys.py

base=${BASE:-$(git merge-base HEAD origin/main 2>/dev/null || true)}
if [[ -z $base || $base == "$(git rev-parse HEAD)" ]]; then base=$(git rev-parse -q --verify HEAD~1 || git rev-parse HEAD); fi
mkdir -p build web/dist
sanitized() { # PRESET TARGET FILTER: builds the tests with that preset and runs them
  cmake --preset "$1" >build/configure.log 2>&1 || { cat build/configure.log; exit 1; }
  cmake --build --preset "$1" --target "$2" -- -j "$(nproc)"
  tools/with-postgres.sh "build/$1/tests/$2" --gtest_brief=1 --gtest_filter="$3"
}
sanitized asan unit_tests '-*_slow'
if [[ -n ${ALL:-} ]]; then files=$(git ls-files 'src/*.cpp'); else files=$(git diff --name-only --diff-filter=d "$base" -- 'src/*.cpp'); fi
files=$(grep -v '_test\.cpp$' <<<"$files" || true)
if [[ -n $files ]]; then # after the build: clang-tidy reads the same precompiled header
  echo "clang-tidy: $(wc -l <<<"$files") files"
  xargs -P "$(nproc)" -n 2 clang-tidy-19 --quiet -p build/asan <<<"$files" 2>&1 | grep -v 'warnings generated\|Suppressed\|Use -header-filter' || [[ ${PIPESTATUS[0]} == 0 ]]
fi
sanitized tsan concurrent_tests '*'

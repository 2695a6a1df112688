#!/usr/bin/env bash
# Says how many tests there are, by kind.
set -euo pipefail
cd "$(dirname "$0")/.."
for program in $(find build/dev/tests build/dev/examples -maxdepth 2 -type f -executable -name '*_tests' 2>/dev/null | sort); do
  printf '%-24s %s\n' "$(basename "$program")" "$("$program" --gtest_list_tests 2>/dev/null | grep -c '^  ') tests"
done

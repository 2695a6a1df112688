#!/usr/bin/env bash
# The test programs with real parts beside them. What failed is said once more at the end, where a long log is read first.
# Arguments: for ctest ("-LE slow", "-j 4").
set -uo pipefail
cd "$(dirname "$0")/.."
log=build/dev/Testing/Temporary/LastTest.log
tools/with-postgres.sh ctest --test-dir build/dev --output-on-failure --no-tests=error "$@"
code=$?
if [ "$code" -ne 0 ] && [ -e "$log" ]; then
  printf '\nWhat failed:\n'
  grep -aE -A 12 ': Failure$|^==[0-9]+==ERROR|Sanitizer:|terminate called|^\[  FAILED  \] .* \([0-9]+ ms\)' "$log" | cut -c1-400 | tail -n 120
fi
exit "$code"

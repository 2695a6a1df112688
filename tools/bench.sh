#!/usr/bin/env bash
# Runs every benchmark of bench/; each prints its number and the ratio to its reference, measured in the same run.
set -euo pipefail
cd "$(dirname "$0")/.."
for program in $(find build/release/bench -maxdepth 1 -type f -executable | sort); do echo "== $(basename "$program")"; "$program" || true; done

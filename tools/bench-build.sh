#!/usr/bin/env bash
# What building costs: CPU seconds (user and system) of clean builds without ccache, in a folder of their own, and by the clock from one changed
# line of a use case to a story that runs. Reference: 2,880 s for everything when fmt was instantiated in each file (2026-11).
set -euo pipefail
cd "$(dirname "$0")/.."
programs=$1 jobs=${2:-2} reference=2880
folder=build/bench-build
export CCACHE_DISABLE=1
cpu() { # COMMAND...: CPU seconds of it and all that it starts
  local out
  out=$( { /usr/bin/env bash -c 'TIMEFORMAT="%U %S"; time "$@" >build/bench-build.log 2>&1' _ "$@"; } 2>&1 ) || { tail -20 build/bench-build.log >&2; exit 1; }
  awk '{printf "%d", $1 + $2}' <<<"$out"
}
say() { printf '%-58s %6d s  %s\n' "$1" "$2" "${3:-}"; }
share() { printf '%d %% of %d s' $((100 * $1 / reference)) $reference; }
mkdir -p build && rm -rf "$folder"
cmake --preset dev -B "$folder" >build/configure.log 2>&1
demo=$(cpu cmake --build "$folder" --target $programs -- -j "$jobs")
say "the demo, from clean (CPU)" "$demo" "$(share "$demo"), goal 40 %"
rest=$(cpu cmake --build "$folder" -- -j "$jobs")
say "everything, from clean (CPU)" $((demo + rest)) "$(share $((demo + rest))), goal 50 %"
file=src/planning/planning.cpp
cp "$file" build/bench-build.saved
trap 'cp build/bench-build.saved "$file"' EXIT
echo '// one changed line' >>"$file"
begin=$(date +%s)
cpu cmake --build "$folder" --target evenkeel story_tests -- -j "$jobs" >/dev/null
EVENKEEL_ALLOW_ROOT=1 "$folder/tests/stories/story_tests" --gtest_brief=1 --gtest_filter='*CalendarStory*:*StageStory*' >build/bench-build.log 2>&1 || { tail -20 build/bench-build.log; exit 1; }
say "one changed line of a use case to a run story (clock)" $(($(date +%s) - begin)) "goal 20 s"

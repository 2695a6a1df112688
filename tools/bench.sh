#!/usr/bin/env bash
# Runs every benchmark of bench/; each prints its number and the ratio to its reference, measured in the same run.
# Those that read reference data look for it in EVENKEEL_DATA (default ../shared) and are left out, and named, where there is none.
set -uo pipefail
cd "$(dirname "$0")/.."
data=${EVENKEEL_DATA:-../shared}/data
failed=() missing=()
bench() { # NAME [INPUT...]
  local name=$1; shift
  for input; do [[ -e $input ]] || { missing+=("$name ($input)"); return; }; done
  echo "== $name"
  "build/release/bench/bench_$name" "$@" || failed+=("$name")
}
bench ledgered_command
bench ledger_verify
bench server_at_size
bench public_page
bench event_streams
bench table_source
bench judge_cost
bench dora_stored
bench judge
bench streams "$data/health/streams/streams.jsonl"
bench before_after "$data/health/nab"
bench changelog_parse "$data"/changelogs/*.md
repositories=build/histories  # the histories as repositories, made once
for stream in "$data"/histories/*.fi.gz; do
  one=$repositories/$(basename "$stream" .fi.gz)
  [[ -e $stream && ! -e $one/.git/made ]] || continue
  rm -rf "$one" && git init -q "$one" && gunzip -c "$stream" | git -C "$one" fast-import --quiet || { failed+=("import of $stream"); continue; }
  git -C "$one" symbolic-ref HEAD "$(git -C "$one" for-each-ref --format='%(refname)' refs/heads/main refs/heads/master | head -1)"
  touch "$one/.git/made"
done
if compgen -G "$repositories/*/.git/made" >/dev/null; then
  bench changelog_generate "$repositories"/*/
  echo "== changelog_peers"; bench/changelog_peers.sh "$repositories" || failed+=(changelog_peers)
else
  missing+=("changelog_generate, changelog_peers ($data/histories)")
fi
for built in build/release/bench/bench_*; do
  grep -q "bench ${built##*/bench_}\b" "$0" || failed+=("${built##*/} is not in tools/bench.sh")
done
((${#missing[@]} == 0)) || printf 'left out, no data: %s\n' "${missing[@]}"
((${#failed[@]} == 0)) || { printf 'failed: %s\n' "${failed[@]}"; exit 1; }

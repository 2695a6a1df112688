#!/usr/bin/env bash
# A changelog from whole histories: evenkeel beside git log and git-cliff in one run, CPU seconds and peak memory.
#   bench/changelog_peers.sh FOLDER_OF_REPOSITORIES     (git-cliff is fetched from npm into build/peers when it is not there)
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
evenkeel=${EVENKEEL:-$here/build/release/evenkeel}
peers=$here/build/peers
[ -x "$peers/node_modules/.bin/git-cliff" ] || { mkdir -p "$peers"; npm install --silent --no-audit --no-fund --prefix "$peers" git-cliff; }
cliff=$(find "$peers/node_modules" -path '*bin/git-cliff' -type f -size +1M | head -1)
cat > "$peers/cliff.toml" <<'TOML'
[changelog]
body = """
## {{ version | default(value="Unreleased") }}
{% for commit in commits %}- {{ commit.message | split(pat="\n") | first }}
{% endfor %}"""
[git]
conventional_commits = false
filter_unconventional = false
TOML
measure() { # NAME COMMAND...: CPU seconds and MB of the best of three
  local name=$1; shift
  local best=
  for _ in 1 2 3; do
    /usr/bin/env time -f '%U %S %M' -o "$peers/time" "$@" > "$peers/out" 2> "$peers/err" || { echo "  $name failed: $(head -1 "$peers/err")"; return; }
    read -r user system kb < "$peers/time"
    local cpu; cpu=$(awk "BEGIN{print $user+$system}")
    if [ -z "$best" ] || awk "BEGIN{exit !($cpu < $best)}"; then best=$cpu; memory=$kb; fi
  done
  printf '  %-10s %7.2f s CPU %6d MB\n' "$name" "$best" $((memory / 1024))
}
for repository in "$1"/*; do
  [ -d "$repository" ] || continue
  echo "$(basename "$repository"): $(git -C "$repository" rev-list --count HEAD) commits, $(git -C "$repository" tag | wc -l) tags"
  measure "git log" git -C "$repository" log
  measure evenkeel "$evenkeel" changelog generate --repo "$repository"
  measure git-cliff env -C "$repository" "$cliff" --config "$peers/cliff.toml"
done

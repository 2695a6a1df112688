#!/usr/bin/env bash
# make dev: the server on a scratch database that stays, with the example's definitions. What it would reach (metrics, mail, pager, flags)
# is not there: `make demo` has all of it.
set -euo pipefail
cd "$(dirname "$0")/.."
scratch=build/scratch port=${PORT:-8480}
bin=$PWD/build/dev/evenkeel
mkdir -p "$scratch"
chmod 700 "$scratch"
[[ $(id -u) == 0 ]] && export EVENKEEL_ALLOW_ROOT=1
export XDG_CONFIG_HOME=$PWD/$scratch/config
unset EVENKEEL_DB EVENKEEL_SERVER EVENKEEL_TOKEN
password="a lamp in every room"
if [[ ! -s $scratch/evenkeel.db ]]; then
  token=$("$bin" setup --db "$scratch/evenkeel.db" --login ada --name "Ada Brandt" --email ada@shop.example --password "$password" --json |
    python3 -c 'import json,sys; print(json.load(sys.stdin)["secret"])')
fi
"$bin" serve --quiet --db "$scratch/evenkeel.db" --port "$port" --port-file "$scratch/port" &
server=$!
trap 'kill $server 2>/dev/null || true' EXIT
rm -f "$scratch/port"
for _ in $(seq 200); do [[ -s $scratch/port ]] && break; kill -0 $server; sleep 0.1; done
url=http://127.0.0.1:$(cat "$scratch/port")
if [[ -n ${token:-} ]]; then
  [[ -d $scratch/repo ]] || examples/shop/make_repo.sh "$scratch/repo" >/dev/null
  export DEMO_PAGER_SECRET=none
  sed -e "s|@PROMETHEUS@|http://127.0.0.1:9090|; s|@SMTP@|smtp://127.0.0.1:2525|; s|@PAGER@|http://127.0.0.1:9099|; s|@FLAGS@|http://127.0.0.1:4242|; s|@REPO@|$PWD/$scratch/repo|g; s|@SHOP@|$PWD/$scratch/shop|; s|@PUBLIC@|$url|" \
    -e "s|@FREEZE_FROM@|$(date -d '+2 days' '+%Y-%m-%d 00:00')|; s|@FREEZE_UNTIL@|$(date -d '+5 days' '+%Y-%m-%d 00:00')|; s|@NEXT_FREEZE_FROM@|$(date -d '+9 days' '+%Y-%m-%d 00:00')|; s|@NEXT_FREEZE_UNTIL@|$(date -d '+11 days' '+%Y-%m-%d 00:00')|" \
    examples/shop/evenkeel.yaml >"$scratch/evenkeel.yaml"
  echo "$token" | "$bin" login --server "$url" --with-token >/dev/null
  "$bin" apply "$scratch/evenkeel.yaml" >/dev/null
fi
printf 'Evenkeel: %s   sign in as ada; password: %s\nThe definitions are examples/shop/evenkeel.yaml. Ctrl-C ends it; rm -r %s begins anew.\n' "$url" "$password" "$scratch"
wait $server

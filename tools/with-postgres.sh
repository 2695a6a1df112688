#!/usr/bin/env bash
# Runs a command with a PostgreSQL of its own: a fresh cluster on a free port of 127.0.0.1, started as an unprivileged user, gone afterwards.
#   tools/with-postgres.sh COMMAND...      the command finds its address in EVENKEEL_TEST_POSTGRES
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
bin=/usr/lib/postgresql/15/bin
libs=
work=$(mktemp -d /tmp/evenkeel-postgres.XXXXXX)
as=()
[[ $EUID -eq 0 ]] && as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
if [[ ! -x $bin/postgres ]]; then
  tree=$root/build/deps/postgresql
  [[ -e $tree/.done ]] || { echo "with-postgres: PostgreSQL is neither installed nor unpacked; run tools/install-deps.sh" >&2; exit 1; }
  # The unprivileged user must be able to enter the tree; where it cannot (a checkout below /root), it gets a copy.
  if ! "${as[@]}" test -x "$tree/usr/lib/postgresql/15/bin/postgres" 2>/dev/null; then cp -r "$tree" "$work/tree"; tree=$work/tree; fi
  bin=$tree/usr/lib/postgresql/15/bin
  libs=$tree/usr/lib/x86_64-linux-gnu
fi
mkdir "$work/data"; chmod 755 "$work"
[[ $EUID -eq 0 ]] && chown 65534:65534 "$work/data"
run() { (cd / && env LD_LIBRARY_PATH="$libs" HOME="$work" LC_ALL=C "${as[@]}" "$@"); }
stop() { run "$bin/pg_ctl" -D "$work/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$work"; }
trap stop EXIT
run "$bin/initdb" -D "$work/data" -U evenkeel -A trust -E UTF8 --locale=C >/dev/null
port=$(python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])')
touch "$work/log"; [[ $EUID -eq 0 ]] && chown 65534:65534 "$work/log"
run "$bin/pg_ctl" -D "$work/data" -w -t 60 -l "$work/log" -o "-p $port -h 127.0.0.1 -k '' -c jit=off -c max_connections=300 -c fsync=off" start >/dev/null || { cat "$work/log" >&2; exit 1; }
export EVENKEEL_TEST_POSTGRES="postgres://evenkeel@127.0.0.1:$port/postgres"
"$@"

#!/usr/bin/env bash
# make demo: two releases of the example shop, start to finish, with everything on 127.0.0.1 and free ports.
# It uses only the product's public commands, says what happens and why, and fails when an outcome is not the expected one.
# KEEP=1 leaves the server and its pages open.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
bin=$root/build/dev
export PATH=$bin:$bin/shop:$PATH
home=$(mktemp -d /tmp/evenkeel-demo.XXXXXX)
[[ $(id -u) == 0 ]] && export EVENKEEL_ALLOW_ROOT=1 # containers and CI
export SHOP_HOME=$home/shop SHOP_REPO=$home/repo DEMO_PAGER_SECRET=demo-pager-secret
declare -A token
pids=()
checks=0
[[ -t 1 ]] && b=$'\e[1m' d=$'\e[2m' n=$'\e[0m' || b= d= n=
say() { printf '\n%s== %s%s\n' "$b" "$*" "$n"; }
why() { printf '%s   %s%s\n' "$d" "$*" "$n"; }
fail() { printf '\nNOT AS EXPECTED: %s\n' "$*" >&2; printf 'Left for a look: %s\n' "$home" >&2; trap - EXIT; stop; exit 1; }
stop() { for p in "${pids[@]}"; do kill "$p" 2>/dev/null || true; done; shopctl stop-all >/dev/null 2>&1 || true; }
trap 'stop; rm -rf "$home"' EXIT
trap 'fail "line $LINENO of tools/demo.sh"' ERR
as() { local who=$1; shift; EVENKEEL_TOKEN=${token[$who]} evenkeel "$@"; }
observed() { checks=$((checks + 1)); printf '   ✓ %s\n' "$*"; }
must() { local what=$1; shift; "$@" >"$home/out" 2>&1 || { cat "$home/out"; fail "$what"; }; observed "$what"; }
must_refuse() { local what=$1 word=$2; shift 2; if "$@" >"$home/out" 2>&1; then fail "$what: it was allowed"; fi; grep -q "$word" "$home/out" || { cat "$home/out"; fail "$what: no word of $word"; }; sed 's/^/   /' "$home/out"; observed "$what"; }
port_of() { for _ in $(seq 200); do [[ -s $1 ]] && { cat "$1"; return; }; sleep 0.05; done; fail "$1: a program did not start"; }
json() { python3 -c 'import json,sys; v=json.load(sys.stdin)
for k in sys.argv[1].split("."): v=v[int(k)] if isinstance(v,list) else v[k]
print(v)' "$1"; }
until_stage() { for _ in $(seq "$3"); do s=$(as ada release show "$1" --json | json release.stage); [[ $s == "$2" || $s == closed ]] && return 0; sleep 1; done; as ada release show "$1"; fail "release $1 did not reach $2 (it is in $s)"; }

say "The shop: three services, a router, a load generator, Prometheus; fakes for mail, pager and flags"
examples/shop/make_repo.sh "$SHOP_REPO" >/dev/null
for f in smtp pager flags; do
  "$bin/tests/fakes/fake_$f" --port-file "$home/$f.port" $([[ $f == smtp ]] && echo --smtp-port-file "$home/mail.port") $([[ $f == pager ]] && echo --secret "$DEMO_PAGER_SECRET") >"$home/$f.log" 2>&1 & pids+=($!)
done
for e in staging production; do p=$(shopctl up --environment "$e"); [[ $e == production ]] && shop_port=$p; done
for e in staging production; do for s in catalog checkout web; do shopctl deploy "$s" 1.3.0 --environment "$e" --attempt "first-$e-$s" >/dev/null; done; done
prometheus=$(shopctl prometheus)
shop_load --port "$shop_port" --rate 150 >"$home/load.log" 2>&1 & pids+=($!)
why "version 1.3.0 runs in staging and production; customers (150 requests a second) are shopping"

say "Evenkeel: one binary, one file"
token[ada]=$(evenkeel setup --db "$home/evenkeel.db" --login ada --name "Ada Brandt" --email ada@shop.example --password "a lamp in every room" --json | json secret)
evenkeel serve --db "$home/evenkeel.db" --publish-under "$home" --port 0 --port-file "$home/port" >"$home/server.log" 2>&1 & pids+=($!)
export EVENKEEL_SERVER=http://127.0.0.1:$(port_of "$home/port")
freeze_from=$(TZ=Europe/Berlin date -d '-1 hour' '+%Y-%m-%d %H:%M') freeze_until=$(TZ=Europe/Berlin date -d '+3 days' '+%Y-%m-%d %H:%M')
sed -e "s|@PROMETHEUS@|http://127.0.0.1:$prometheus|; s|@SMTP@|smtp://127.0.0.1:$(port_of "$home/mail.port")|; s|@PAGER@|http://127.0.0.1:$(port_of "$home/pager.port")|; s|@FLAGS@|http://127.0.0.1:$(port_of "$home/flags.port")|; s|@REPO@|$SHOP_REPO|g; s|@SHOP@|$SHOP_HOME|; s|@FREEZE_FROM@|$freeze_from|; s|@FREEZE_UNTIL@|$freeze_until|" examples/shop/evenkeel.yaml >"$home/evenkeel.yaml"
must "evenkeel.yaml is checked and applied" as ada apply "$home/evenkeel.yaml"
for who in rita eli quinn pia alex sue; do token[$who]=$(as ada token create --login "$who" --name demo --json | json secret); done

prepare() { # VERSION RUNNING: everything up to go
  local v=$1 from=$2 s
  say "Release $v: plan, changes, risk"
  must "planned into a window, in dependency order" as ada release plan "$v" --area shop --window-start +0s --window-end +1h \
    --component "checkout=$from..$v@sha256:checkout-$v" --component "catalog=$from..$v@sha256:catalog-$v" --flag "one_page=on@flags:checkout"
  as ada change import "$v" --repo "$SHOP_REPO" --from "v$from" --to "v$v" | sed 's/^/   /'
  for s in catalog checkout; do
    echo '<testsuite name="shop"><testcase name="buys a lamp"/><testcase name="empty cart"/></testsuite>' >"$home/junit.xml"
    must "test report for the exact artefact of $s" as quinn tests record "$v" --service "$s" --digest "sha256:$s-$v" --junit "$home/junit.xml"
  done
  as rita risk assess "$v" | sed 's/^/   /'
}
notes_and_votes() {
  local v=$1
  say "Release $v: notes and votes"
  for _ in $(seq 20); do as alex notes show "$v" --json | grep -q '"audience"' && break; as alex notes draft "$v" >/dev/null 2>&1 || true; sleep 0.5; done
  for e in $(as alex entries list "$v" --json | python3 -c 'import json,sys; print(*[e["id"] for e in json.load(sys.stdin) if e["breaking"]])'); do
    as alex entries edit "$e" --migration "Nothing to do for shoppers; partners send the new field." >/dev/null; done
  as alex notes draft "$v" >/dev/null
  must "product approves the customers' note" as pia notes approve "$v" --audience customers
  must "support approves the insiders' note" as sue notes approve "$v" --audience internal
  if as alex notes show "$v" --json | grep -q '"migration"'; then must "product approves the migration guide" as pia notes approve "$v" --audience migration; fi
  for pair in eli:engineering_lead quinn:qa pia:product; do as "${pair%%:*}" risk show "$v" >/dev/null; must "${pair##*:} has read the assessment and signs" as "${pair%%:*}" signoff "$v" --role "${pair##*:}"; done
}

prepare 1.4.0 1.3.0
notes_and_votes 1.4.0
say "Go? The rollback was never rehearsed, and the window lies in a freeze"
must_refuse "go is refused, with rule, owner, end, next opening and exception path" rollback_rehearsed as ada decide 1.4.0 go
grep -q "Light week" "$home/out" || fail "the freeze is not named"
for s in catalog checkout; do must "rollback of $s rehearsed in staging, the old version proven to be back" as rita rollback rehearse "$s" --release 1.4.0 --env staging --wait --timeout 60s; done
request=$(as ada exception request 1.4.0 --freeze "Light week" --reason "the lamp recall must be out before the weekend" --expires +2h --json | json id)
must_refuse "who asks for an exception does not approve it" "risk_manager" as ada exception approve "$request"
must "a second person approves the exception" as rita exception approve "$request"
must "go, sealed" as ada decide 1.4.0 go
say "Release 1.4.0: deploy. Checkout carries a fault that no test saw"
as ada deploy start 1.4.0 --wait --timeout 120s | sed 's/^/   /' || true
as ada release show 1.4.0 --json >"$home/page.json"
sentence=$(json recommendation.sentence <"$home/page.json" 2>/dev/null) || fail "no rollback was recommended"
observed "the canary breaches; a rollback is recommended: $sentence"
for _ in $(seq 40); do pages=$(curl -fsS "http://127.0.0.1:$(cat "$home/pager.port")/__state" | json distinct_keys); [[ $pages != 0 ]] && break; sleep 0.3; done
[[ $pages == 1 ]] || fail "$pages alerts instead of one reached the pager"
observed "the engineer on call was paged: one alert for one breach"
must "the coordinator accepts; rollback in reverse order, flag included" as ada recommendation accept 1.4.0 --wait --timeout 120s
must "only 1.3.0 answers in production" shopctl version checkout --environment production --expect 1.3.0
[[ $(as ada release show 1.4.0 --json | json release.outcome) == rolled_back ]] || fail "outcome"
for _ in $(seq 40); do as ada retro show 1.4.0 >"$home/retro" 2>/dev/null && break; sleep 0.5; done
must "a retrospective opened by itself, with its timeline" as ada retro show 1.4.0
as ada retro action 1.4.0 --what "Canary of checkout for every release" --owner eli >/dev/null
as ada retro close 1.4.0 --summary "The fault sat behind a path no test walked; the canary caught it." >/dev/null
until_stage 1.4.0 closed 60
observed "release 1.4.0 is closed: insiders were told, customers had nothing to unlearn"

prepare 1.4.1 1.3.0
notes_and_votes 1.4.1
for s in catalog checkout; do as rita rollback rehearse "$s" --release 1.4.1 --env staging --wait --timeout 60s >/dev/null; done
request=$(as ada exception request 1.4.1 --freeze "Light week" --reason "the cure of the failed release" --expires +2h --json | json id)
as rita exception approve "$request" >/dev/null
must "go, sealed" as ada decide 1.4.1 go
say "Release 1.4.1: deploy; the canary is watched for 45 s, then everywhere"
as ada deploy start 1.4.1 --wait --timeout 180s | sed 's/^/   /' || fail "1.4.1 did not deploy"
until_stage 1.4.1 communication 90
until_stage 1.4.1 closed 90
[[ $(as ada release show 1.4.1 --json | json release.outcome) == shipped ]] || fail "1.4.1 was not declared healthy"
observed "declared healthy by its checkpoint reports, announced, closed"
as ada comms list 1.4.1 --json | python3 -c 'import json,sys
rows=[r["communication"] for r in json.load(sys.stdin)]
at=lambda who: [r["delivered_at"] for r in rows if r["audience"]==who and r["state"]=="delivered"]
sys.exit(0 if at("insiders") and at("customers") and max(at("insiders")) < min(at("customers")) else 1)' || fail "customers were told before insiders"
observed "insiders were told before customers"
curl -fsS "http://127.0.0.1:$(cat "$home/smtp.port")/__state" | python3 -c 'import json,sys
text=json.dumps(json.load(sys.stdin)); sys.exit(0 if "support@shop.example" in text and "customers@shop.example" in text else 1)' || fail "a mail is missing in the sink"
observed "both mails arrived at the mail server"
as ada comms list 1.4.1 | sed 's/^/   /'
curl -fsS "$EVENKEEL_SERVER/changelog" | grep -q "1.4.1" || fail "the public page does not show 1.4.1"
observed "the public changelog shows 1.4.1"
git -C "$SHOP_REPO" log -1 --format=%s | grep -qi changelog || fail "CHANGELOG.md was not committed"
observed "CHANGELOG.md is committed: $(git -C "$SHOP_REPO" log -1 --format='%an, %s')"
say "DORA: what the two deployments say"
as ada dora report | sed 's/^/   /'
as ada dora report --json >"$home/dora.json"
python3 -c 'import json,sys
r=json.load(open(sys.argv[1])); recovery=[m for m in r["metrics"] if "recovery" in m["key"]]
sys.exit(0 if (r["deployments"], r["failed"], r["rolled_back"]) == (2, 1, 1) and recovery and recovery[0]["n"] == 1 else 1)' "$home/dora.json" || { cat "$home/dora.json"; fail "the report does not count 2 deployments, 1 failed, 1 recovery"; }
observed "$(json sentence <"$home/dora.json")"
say "The record"
must "the ledger verifies" as ada ledger verify
must "evidence pack of 1.4.1 exported" as ada evidence export 1.4.1 -o "$home/1.4.1.zip"
must "and verified offline" evenkeel evidence verify "$home/1.4.1.zip"
say "All $checks outcomes were observed."
if [[ -n ${KEEP:-} ]]; then echo "Open $EVENKEEL_SERVER (login ada, password: a lamp in every room) and $EVENKEEL_SERVER/changelog. Ctrl-C ends it."; wait "${pids[3]}"; fi

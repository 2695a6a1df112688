#!/usr/bin/env bash
# make demo: a lamp shop releases with Evenkeel, in three acts, with everything on 127.0.0.1 and free ports.
# It uses only the product's public commands and fails when an outcome is not the expected one. On a terminal the server stays at the end,
# with work left on its desk; on a pipe, or with KEEP=0, it ends. -v (V=1) shows the commands.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
bin=$root/build/dev
export PATH=$bin:$bin/shop:$PATH
[[ ${1:-} == -v || -n ${V:-} ]] && verbose=1 || verbose=
[[ -t 1 ]] && keep=${KEEP:-1} || keep=${KEEP:-0}
home=$(mktemp -d /tmp/evenkeel-demo.XXXXXX)
[[ $(id -u) == 0 ]] && export EVENKEEL_ALLOW_ROOT=1 # containers and CI
export SHOP_HOME=$home/shop SHOP_REPO=$home/repo DEMO_PAGER_SECRET=demo-pager-secret XDG_CONFIG_HOME=$home/config
unset EVENKEEL_DB EVENKEEL_TOKEN EVENKEEL_PASSWORD
password="a lamp in every room"
declare -A token
pids=()
checks=0
if [[ -t 1 && -z ${NO_COLOR:-} ]]; then b=$'\e[1m' d=$'\e[2m' g=$'\e[32m' n=$'\e[0m'; else b='' d='' g='' n=''; fi
act() { printf '\n%sAct %s%s\n' "$b" "$*" "$n"; }
say() { printf '   %s\n' "$*"; }
stop() { for p in "${pids[@]}"; do kill "$p" 2>/dev/null || true; done; shopctl stop-all >/dev/null 2>&1 || true; }
fail() { printf '\nNOT AS EXPECTED: %s\n' "$*" >&2; printf 'Left for a look: %s\n' "$home" >&2; trap - EXIT; stop; exit 1; }
trap 'stop; rm -rf "$home"' EXIT
trap 'fail "line $LINENO of tools/demo.sh"' ERR
as() { local who=$1; shift; [[ -z $verbose ]] || printf '%s   %s> evenkeel %s%s\n' "$d" "$who" "$*" "$n" >&2; EVENKEEL_TOKEN=${token[$who]} evenkeel "$@"; }
observed() { checks=$((checks + 1)); printf '   %s✓%s %s\n' "$g" "$n" "$*"; }
quietly() { local what=$1; shift; "$@" >"$home/out" 2>&1 || { cat "$home/out"; fail "$what"; }; checks=$((checks + 1)); }
must() { quietly "$@"; checks=$((checks - 1)); observed "$1"; }
must_refuse() { local what=$1 word=$2; shift 2; if "$@" >"$home/out" 2>&1; then fail "$what: it was allowed"; fi; grep -q "$word" "$home/out" || { cat "$home/out"; fail "$what: no word of $word"; }; observed "$what"; }
port_of() { for _ in $(seq 600); do [[ -s $1 ]] && { cat "$1"; return; }; sleep 0.05; done; fail "$1: a program did not start"; }
json() { python3 -c 'import json,sys; v=json.load(sys.stdin)
for k in sys.argv[1].split("."): v=v[int(k)] if isinstance(v,list) else v[k]
print(v)' "$1"; }
until_stage() { for _ in $(seq "$3"); do s=$(as ada release show "$1" --json 2>/dev/null | json release.stage); [[ $s == "$2" || $s == closed ]] && return 0; sleep 1; done; as ada release show "$1"; fail "release $1 did not reach $2 (it is in $s)"; }

# ---- the server: its address first -------------------------------------------------------------------------------------------
token[ada]=$(evenkeel setup --db "$home/evenkeel.db" --login ada --name "Ada Brandt" --email ada@shop.example --password "$password" --json | json secret)
evenkeel serve --quiet --db "$home/evenkeel.db" --publish-under "$home" --port "${PORT:-0}" --port-file "$home/port" >"$home/server.log" 2>&1 & pids+=($!)
server=$!
export EVENKEEL_SERVER=http://127.0.0.1:$(port_of "$home/port")
printf '%sEvenkeel: %s%s   sign in as ada, rita, eli, quinn, pia, alex or sue; password: %s\n' "$b" "$EVENKEEL_SERVER" "$n" "$password"
printf '%sA lamp shop with real processes, a load generator and Prometheus; about three minutes.%s\n' "$d" "$n"

examples/shop/make_repo.sh "$SHOP_REPO" >/dev/null
for f in smtp pager flags; do
  "$bin/tests/fakes/fake_$f" --port-file "$home/$f.port" $([[ $f == smtp ]] && echo --smtp-port-file "$home/mail.port") $([[ $f == pager ]] && echo --secret "$DEMO_PAGER_SECRET") >"$home/$f.log" 2>&1 & pids+=($!)
done
for e in staging production; do p=$(shopctl up --environment "$e"); [[ $e == production ]] && shop_port=$p; done
for e in staging production; do for s in catalog checkout web; do shopctl deploy "$s" 1.3.0 --environment "$e" --attempt "first-$e-$s" >/dev/null; done; done
prometheus=$(shopctl prometheus)
shop_load --port "$shop_port" --rate 150 >"$home/load.log" 2>&1 & pids+=($!)
berlin() { TZ=Europe/Berlin date -d "$1" '+%Y-%m-%d %H:%M'; }
sed -e "s|@PROMETHEUS@|http://127.0.0.1:$prometheus|; s|@SMTP@|smtp://127.0.0.1:$(port_of "$home/mail.port")|; s|@PAGER@|http://127.0.0.1:$(port_of "$home/pager.port")|; s|@FLAGS@|http://127.0.0.1:$(port_of "$home/flags.port")|; s|@REPO@|$SHOP_REPO|g; s|@SHOP@|$SHOP_HOME|; s|@PUBLIC@|$EVENKEEL_SERVER|" \
  -e "s|@FREEZE_FROM@|$(berlin '-1 hour')|; s|@FREEZE_UNTIL@|$(berlin '+3 days')|; s|@NEXT_FREEZE_FROM@|$(berlin '+7 days')|; s|@NEXT_FREEZE_UNTIL@|$(berlin '+9 days')|" examples/shop/evenkeel.yaml >"$home/evenkeel.yaml"
quietly "evenkeel.yaml is checked and applied" as ada apply "$home/evenkeel.yaml"
for who in rita eli quinn pia alex sue; do
  token[$who]=$(as ada token create --login "$who" --name demo --json | json secret)
  quietly "$who can sign in" as ada account password --login "$who" --password "$password"
done

# ---- what every release goes through ----------------------------------------------------------------------------------------
# What no rule can tell customers, the author writes.
words_for() {
  case $1 in
  *"express checkout"*) echo "You can now buy a lamp with one click." ;;
  *"address service is slow"*) echo "Orders arrive also when the address check is slow." ;;
  *"address service"*) echo "We check your address before we ship." ;;
  *"one page"*) echo "All steps of the checkout stand on one page." ;;
  *"price column"*) echo "Prices are whole cents everywhere." ;;
  *"rounded"*) echo "Totals are right to the cent." ;;
  *"lamps by room"*) echo "You can now look for lamps by room." ;;
  *) echo "You will find small improvements all over the shop." ;;
  esac
}
# VERSION FROM START END SERVICE...: planned, with its changes, test reports, assessment, notes and votes
prepare() {
  local v=$1 from=$2 start=$3 end=$4 s components=() e
  shift 4
  for s in "$@"; do components+=(--component "$s=$from..$v@sha256:$s-$v"); done
  [[ $v == 1.4.[01] ]] && components+=(--flag "one_page=on@flags:checkout")
  quietly "$v is planned" as ada release plan "$v" --area shop --window-start "$start" --window-end "$end" "${components[@]}"
  quietly "the changes of $v" as ada change import "$v" --repo "$SHOP_REPO" --from "v$from" --to "v$v"
  echo '<testsuite name="shop"><testcase name="buys a lamp"/><testcase name="empty cart"/></testsuite>' >"$home/junit.xml"
  for s in "$@"; do quietly "tests of $s $v" as quinn tests record "$v" --service "$s" --digest "sha256:$s-$v" --junit "$home/junit.xml"; done
  quietly "the risk of $v" as rita risk assess "$v"
  quietly "the entries of $v" as alex entries draft "$v"
  for e in $(as alex entries list "$v" --json | python3 -c 'import json,sys; print(*[e["id"] for e in json.load(sys.stdin) if e["breaking"]])'); do
    quietly "a migration guide" as alex entries edit "$e" --migration "Nothing to do for shoppers; partners send the new field."; done
  while IFS=$'\t' read -r e title; do
    quietly "words for customers" as alex entries edit "$e" --customer "$(words_for "$title")"
  done < <(as alex entries list "$v" --json | python3 -c 'import json,sys
for e in json.load(sys.stdin):
  if e.get("needs_words"): print(e["id"], e["title"], sep="\t")')
  quietly "the notes of $v" as alex notes draft "$v"
  quietly "product approves" as pia notes approve "$v" --audience customers
  quietly "support approves" as sue notes approve "$v" --audience internal
  if as alex notes show "$v" --json | grep -q '"migration"'; then quietly "product approves the guide" as pia notes approve "$v" --audience migration; fi
  for pair in eli:engineering_lead quinn:qa pia:product; do
    quietly "${pair%%:*} reads" as "${pair%%:*}" risk show "$v"
    quietly "${pair%%:*} signs" as "${pair%%:*}" signoff "$v" --role "${pair##*:}"
  done
}
rehearse() { local v=$1 s; shift; for s in "$@"; do quietly "rollback of $s is rehearsed in staging" as rita rollback rehearse "$s" --release "$v" --env staging --wait --timeout 240s; done; }
through_the_freeze() { # VERSION REASON
  local request
  request=$(as ada exception request "$1" --freeze "Light week" --reason "$2" --expires +2h --json | json id)
  [[ $1 != 1.4.0 ]] || must_refuse "who asks for a way through the freeze does not approve it" "risk_manager" as ada exception approve "$request"
  quietly "a second person approves" as rita exception approve "$request"
}
# What the canary says while it is watched, in one line that changes: VERSION
watching() {
  local v=$1 line last=
  while kill -0 "$2" 2>/dev/null; do
    line=$(as ada release show "$v" --json 2>/dev/null | python3 -c 'import json,sys
w=json.load(sys.stdin)["watches"]
print(f"{w[-1][\"service\"]}: {w[-1][\"sentence\"]}"[:110] if w else "")' 2>/dev/null) || true
    if [[ -n $line && $line != "$last" && -t 1 ]]; then printf '\r\e[K   %s' "$line"; last=$line; fi
    sleep 1
  done
  [[ -z $last ]] || printf '\r\e[K'
}
deploy() { local v=$1 code=0; as ada deploy start "$v" --wait --timeout 600s >"$home/deploy.out" 2>&1 & local pid=$!; watching "$v" $pid; wait $pid || code=$?; return $code; }

# ---- act one ----------------------------------------------------------------------------------------------------------------
act "1: a fault that no test saw meets three of ten customers, for less than a minute."
prepare 1.4.0 1.3.0 +0s +1h checkout catalog
must_refuse "go is refused: the way back was never rehearsed, and the window lies in a freeze" rollback_rehearsed as ada decide 1.4.0 go
grep -q "Light week" "$home/out" || fail "the freeze is not named"
rehearse 1.4.0 catalog checkout
observed "the way back was walked in staging, and the old version proven to be back"
through_the_freeze 1.4.0 "the lamp recall must be out before the weekend"
must "go, sealed: what was decided is what will be deployed, judged and rolled back" as ada decide 1.4.0 go
say "the canary of checkout takes three of ten requests and is compared with what runs beside it ..."
deploy 1.4.0 || true
as ada release show 1.4.0 --json >"$home/page.json"
sentence=$(json recommendation.sentence <"$home/page.json" 2>/dev/null) || { cat "$home/deploy.out"; fail "no rollback was recommended"; }
observed "a rollback is recommended: $sentence"
for _ in $(seq 100); do pages=$(curl -fsS "http://127.0.0.1:$(cat "$home/pager.port")/__state" | json distinct_keys); [[ $pages != 0 ]] && break; sleep 0.3; done
[[ $pages == 1 ]] || fail "$pages alerts instead of one reached the pager"
observed "the engineer on call was woken once"
must "the coordinator accepts: everything goes back in reverse order, the flag included" as ada recommendation accept 1.4.0 --wait --timeout 300s
must "only 1.3.0 answers in production" shopctl version checkout --environment production --expect 1.3.0
[[ $(as ada release show 1.4.0 --json | json release.outcome) == rolled_back ]] || fail "outcome"
for _ in $(seq 100); do as ada retro show 1.4.0 >"$home/retro" 2>/dev/null && break; sleep 0.5; done
quietly "a retrospective opened by itself" as ada retro show 1.4.0
quietly "its action" as ada retro action 1.4.0 --what "Canary of checkout for every release" --owner eli
observed "a retrospective opened by itself, with its timeline; eli has an action of it"

# ---- act two ----------------------------------------------------------------------------------------------------------------
act "2: the cure goes the same way, is declared healthy by its reports, and is told to people."
prepare 1.4.1 1.3.0 +0s +1h checkout catalog
rehearse 1.4.1 catalog checkout
through_the_freeze 1.4.1 "the cure of the failed release"
must "go, sealed" as ada decide 1.4.1 go
say "the canary is watched for three quarters of a minute, then the new version goes everywhere ..."
deploy 1.4.1 || { cat "$home/deploy.out"; fail "1.4.1 did not deploy"; }
until_stage 1.4.1 communication 300
until_stage 1.4.1 closed 300
[[ $(as ada release show 1.4.1 --json | json release.outcome) == shipped ]] || fail "1.4.1 was not declared healthy"
observed "declared healthy by its checkpoint reports, announced, closed"
as ada comms list 1.4.1 --json | python3 -c 'import json,sys
rows=[r["communication"] for r in json.load(sys.stdin)]
at=lambda who: [r["delivered_at"] for r in rows if r["audience"]==who and r["state"]=="delivered"]
sys.exit(0 if at("insiders") and at("customers") and max(at("insiders")) < min(at("customers")) else 1)' || fail "customers were told before insiders"
curl -fsS "http://127.0.0.1:$(cat "$home/smtp.port")/__state" | python3 -c 'import json,sys
text=json.dumps(json.load(sys.stdin)); sys.exit(0 if "support@shop.example" in text and "customers@shop.example" in text else 1)' || fail "a mail is missing in the sink"
observed "support was told before customers; both mails have arrived"
curl -fsS "$EVENKEEL_SERVER/changelog" | grep -q "1.4.1" || fail "the public page does not show 1.4.1"
git -C "$SHOP_REPO" log -1 --format=%s | grep -qi changelog || fail "CHANGELOG.md was not committed"
observed "the public changelog and CHANGELOG.md in the repository say it too"

# ---- act three --------------------------------------------------------------------------------------------------------------
act "3: what is left can be verified, and there is work on the desk."
as ada dora report --json >"$home/dora.json"
python3 -c 'import json,sys
r=json.load(open(sys.argv[1])); recovery=[m for m in r["metrics"] if "recovery" in m["key"]]
sys.exit(0 if (r["deployments"], r["failed"], r["rolled_back"]) == (2, 1, 1) and recovery and recovery[0]["n"] == 1 else 1)' "$home/dora.json" || { cat "$home/dora.json"; fail "the report does not count 2 deployments, 1 failed, 1 recovery"; }
observed "$(json sentence <"$home/dora.json")"
quietly "evidence pack" as ada evidence export 1.4.1 -o "$home/1.4.1.zip"
must "the ledger verifies, and the evidence pack of 1.4.1 does so without the server" evenkeel evidence verify "$home/1.4.1.zip"
# Two more releases, so that somebody who looks around finds some at every stage.
next_tag() { # VERSION SUBJECT
  git -C "$SHOP_REPO" checkout -q main
  for s in catalog checkout web; do git -C "$SHOP_REPO" show v1.4.1:services/$s/service.json | sed "s/\"version\": \"[^\"]*\"/\"version\": \"$1\"/" >"$SHOP_REPO/services/$s/service.json"; done
  git -C "$SHOP_REPO" -c user.name="Eli Novak" -c user.email=eli@shop.example commit -qam "$2" && git -C "$SHOP_REPO" -c user.name=Eli -c user.email=eli@shop.example tag -a "v$1" -m "Shop $1"
}
next_tag 1.4.2 "fix(checkout): the total is rounded to cents

Changelog: fixed"
next_tag 1.5.0 "feat(catalog): lamps by room

Changelog: added"
prepare 1.4.2 1.4.1 +0s +2h checkout
rehearse 1.4.2 checkout
through_the_freeze 1.4.2 "prices are shown wrong by a cent"
quietly "go for 1.4.2" as ada decide 1.4.2 go
quietly "1.4.2 starts" as ada deploy start 1.4.2
quietly "and is held behind its canary" as ada deploy hold 1.4.2 --reason "support reads the note first"
prepare 1.5.0 1.4.2 +4d +98h catalog
rehearse 1.5.0 catalog
observed "1.5.0 waits for its go; 1.4.2 is being deployed; 1.4.1 is closed; 1.4.0 was rolled back, with an open action; a freeze comes next week"

printf '\n%sAll %s outcomes were observed.%s Look at:\n' "$b" "$checks" "$n"
printf '  %-34s %s\n' "what is on the desk" "$EVENKEEL_SERVER/" "a decision that waits" "$EVENKEEL_SERVER/releases/1.5.0" \
  "a fault, caught and undone" "$EVENKEEL_SERVER/releases/1.4.0" "six weeks, with the freeze" "$EVENKEEL_SERVER/calendar" "what customers read" "$EVENKEEL_SERVER/changelog"
if [[ $keep != 0 ]]; then
  printf '\nSign in as ada (password: %s). Ctrl-C ends it all.\n' "$password"
  trap 'exit 0' INT
  wait "$server"
fi

#!/usr/bin/env bash
# make_repo.sh DIR: builds the example shop's git history in DIR (which must not exist or be empty).
#
# Dates, authors and contents are fixed, so every commit has the same id each time: three services in one repository, seven
# releases by tag, merges, a revert, a hotfix a few hours after a release, a breaking change, a migration, conventional and
# free-form messages, `Changelog:` trailers. v1.4.0 carries a fault in checkout, v1.4.1 the cure. How a version behaves is in
# its services/*/service.json, which the deployment reads from the tag.
set -euo pipefail
[[ $# -eq 1 ]] || { echo "usage: make_repo.sh DIR" >&2; exit 2; }
mkdir -p "$1"
[[ -z $(ls -A "$1") ]] || { echo "make_repo.sh: $1 is not empty" >&2; exit 2; }
cd "$1"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null TZ=UTC
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
git init -q --initial-branch=main --object-format=sha1
git config commit.gpgsign false

who() { # NAME: the author and committer from now on
  export GIT_AUTHOR_NAME=$1 GIT_AUTHOR_EMAIL="${1%% *}@shop.example" GIT_COMMITTER_NAME=$1 GIT_COMMITTER_EMAIL="${1%% *}@shop.example"
  GIT_AUTHOR_EMAIL=${GIT_AUTHOR_EMAIL,,} GIT_COMMITTER_EMAIL=${GIT_COMMITTER_EMAIL,,}
}
at() { export GIT_AUTHOR_DATE="$1 +0000" GIT_COMMITTER_DATE="$1 +0000"; }
commit() { git add -A; git commit -q --allow-empty -m "$1"; }
release() { git tag -a "v$1" -m "Shop $1"; }
merge() { git merge -q --no-ff -m "$2" "$1"; git branch -q -D "$1"; }
service() { # NAME VERSION ERROR_RATE LATENCY_MS [MORE]
  mkdir -p "services/$1"
  printf '{\n  "service": "%s",\n  "version": "%s",\n  "error_rate": %s,\n  "latency_ms": %s%s\n}\n' "$1" "$2" "$3" "$4" "${5:+,
  $5}" >"services/$1/service.json"
}
all() { # VERSION: every service moves to it, with ordinary behaviour
  service catalog "$1" 0.004 6; service checkout "$1" 0.008 12; service web "$1" 0.004 8
}
code() { # FILE LINE...: appends lines of source
  mkdir -p "$(dirname "$1")"; local file=$1; shift; printf '%s\n' "$@" >>"$file"
}

who "Amara Okafor"; at "2026-01-05 09:00:00"
all 1.0.0
code README.md "# Shop" "" "catalog, checkout and web: a small shop that sells lamps."
code services/catalog/items.txt "1 desk lamp 39.00" "2 floor lamp 89.00"
code services/checkout/checkout.txt "take cart" "reserve items" "charge card"
code services/web/index.html "<h1>Lamps</h1>"
code db/migrations/0001_items.sql "CREATE TABLE items (id integer PRIMARY KEY, name text NOT NULL, price_cents integer NOT NULL);"
code db/migrations/0002_orders.sql "CREATE TABLE orders (id integer PRIMARY KEY, item integer NOT NULL REFERENCES items, placed_at text NOT NULL);"
commit "feat: a shop with catalog, checkout and web"
at "2026-01-07 10:00:00"; release 1.0.0

who "Ben Lindqvist"; at "2026-01-12 14:10:00"
code services/catalog/items.txt "3 reading lamp 49.00"
commit "feat(catalog): add the reading lamp

Changelog: added"
at "2026-01-13 09:20:00"
code services/web/index.html "<form action=/search></form>"
commit "feat(web): search by name

Customers asked for it since the first week.

Refs: SHOP-12"
who "Chen Wei"; at "2026-01-15 16:40:00"
code services/checkout/checkout.txt "round totals half up"
commit "fix(checkout): totals are rounded half up

Changelog: fixed
Fixes: SHOP-17"
at "2026-01-19 11:00:00"; all 1.1.0; commit "chore(release): 1.1.0"
at "2026-01-20 10:00:00"; release 1.1.0

who "Ben Lindqvist"; git checkout -q -b vouchers; at "2026-01-26 10:05:00"
code services/checkout/vouchers.txt "a voucher lowers the total once"
code db/migrations/0003_vouchers.sql "CREATE TABLE vouchers (code text PRIMARY KEY, cents integer NOT NULL, used_by integer REFERENCES orders);"
commit "feat(checkout): vouchers

Needs the table vouchers, which older versions ignore.

Changelog: added
Refs: SHOP-21"
at "2026-01-28 15:30:00"
code services/checkout/vouchers.txt "an expired voucher is refused with its date"
commit "tell the customer when a voucher has expired"
git checkout -q main; who "Amara Okafor"; at "2026-01-30 09:15:00"
code services/catalog/items.txt "4 wall lamp 59.00"
commit "feat(catalog): add the wall lamp"
at "2026-02-02 10:00:00"; merge vouchers "Merge branch 'vouchers'"
who "Chen Wei"; at "2026-02-03 13:25:00"
code services/web/cache.txt "cache pages for 10 minutes"
commit "perf(web): cache pages for ten minutes"
at "2026-02-04 09:50:00"; all 1.2.0; commit "chore(release): 1.2.0"
at "2026-02-04 10:30:00"; release 1.2.0
at "2026-02-04 14:05:00"
git revert --no-edit HEAD~1 >/dev/null
git commit -q --amend -m "Revert \"perf(web): cache pages for ten minutes\"

Carts of one customer were shown to another.

This reverts commit $(git rev-parse HEAD~2).

Changelog: fixed"
at "2026-02-04 14:40:00"; all 1.2.1; commit "chore(release): 1.2.1, a hotfix"
at "2026-02-04 15:10:00"; release 1.2.1

who "Dana Novak"; git checkout -q -b prices; at "2026-02-16 09:40:00"
code services/catalog/api.txt "prices are sent in cents, as whole numbers"
code services/web/index.html "<script>cents()</script>"
code services/checkout/checkout.txt "charge in cents"
commit "feat(catalog)!: prices are whole cents

BREAKING CHANGE: the field price is replaced by price_cents; clients must divide by 100.
Changelog: changed
Refs: SHOP-33"
at "2026-02-18 11:10:00"
code docs/prices.md "# Moving to cents" "" "Read price_cents and divide by 100."
commit "docs: how clients move to cents"
git checkout -q main; who "Ben Lindqvist"; at "2026-02-19 16:00:00"
code services/checkout/payment.txt "retry the payment provider once"
commit "fix(checkout): retry the payment provider once

Changelog: fixed"
at "2026-02-23 10:20:00"; merge prices "Merge branch 'prices'

See merge request shop!48"
who "Amara Okafor"; at "2026-02-24 09:30:00"
code db/migrations/0004_price_cents.sql "ALTER TABLE items ADD COLUMN price_cents_new integer;" "UPDATE items SET price_cents_new = price_cents;"
commit "db: add the new price column beside the old one"
at "2026-02-25 09:00:00"; all 1.3.0; commit "chore(release): 1.3.0"
at "2026-02-25 10:00:00"; release 1.3.0

who "Chen Wei"; git checkout -q -b express; at "2026-03-03 10:30:00"
code services/checkout/express.txt "one click: stored address, stored card"
commit "feat(checkout): express checkout

Changelog: added
Refs: SHOP-40"
at "2026-03-05 15:45:00"
code services/checkout/express.txt "ask the address service for every order"
code services/checkout/checkout.txt "the address comes from the address service"
commit "use the address service in all checkouts"
git checkout -q main; who "Dana Novak"; at "2026-03-06 11:00:00"
code services/web/onepage.txt "all steps on one page, behind the flag one_page"
commit "feat(web): checkout on one page, behind the flag one_page

Changelog: added"
who "Ben Lindqvist"; at "2026-03-09 09:10:00"
code services/catalog/stock.txt "stock is shown as plenty, few, none"
commit "feat(catalog): show how many are left

Changelog: added"
at "2026-03-10 10:00:00"; merge express "Merge branch 'express'"
who "Amara Okafor"; at "2026-03-10 14:30:00"
code db/migrations/0005_drop_price.sql "ALTER TABLE items DROP COLUMN price_cents;" "ALTER TABLE items RENAME COLUMN price_cents_new TO price_cents;"
commit "db: drop the old price column

Changelog: removed"
at "2026-03-11 09:00:00"
service catalog 1.4.0 0.004 6
service checkout 1.4.0 0.12 30
service web 1.4.0 0.004 8 '"faults": [{"when_flag": "one_page", "error_rate": 0.0, "latency_ms": 40}]'
commit "chore(release): 1.4.0"
at "2026-03-11 10:00:00"; release 1.4.0

who "Chen Wei"; at "2026-03-12 10:15:00"
code services/checkout/checkout.txt "without an answer of the address service, use the stored address"
commit "fix(checkout): no order fails when the address service is slow

The address service answers one in nine requests too late.

Changelog: fixed
Fixes: SHOP-44"
at "2026-03-12 11:00:00"
service catalog 1.4.1 0.004 6
service checkout 1.4.1 0.008 12
service web 1.4.1 0.004 8 '"faults": [{"when_flag": "one_page", "error_rate": 0.0, "latency_ms": 40}]'
commit "chore(release): 1.4.1"
at "2026-03-12 11:30:00"; release 1.4.1
git rev-parse HEAD

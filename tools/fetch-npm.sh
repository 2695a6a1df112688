#!/usr/bin/env bash
# Unpacks one package of the npm registry, checked against a pinned SHA-512, without needing npm itself.
#   tools/fetch-npm.sh REGISTRY NAME "VERSION SHA512-HEX" FOLDER
set -euo pipefail
registry=$1 name=$2 folder=$4
read -r version want <<<"$3"
archive=$(mktemp)
trap 'rm -f "$archive"' EXIT
curl -fsSL --retry 3 -o "$archive" "$registry/$name/-/$name-$version.tgz"
got=$(sha512sum "$archive" | cut -d' ' -f1)
[[ $got == "$want" ]] || { echo "fetch-npm: $name $version: checksum differs from tools/node.lock (got $got)" >&2; exit 1; }
mkdir -p "$folder"
tar -xzf "$archive" -C "$folder" --strip-components=1

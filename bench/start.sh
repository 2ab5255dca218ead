#!/usr/bin/env bash
# Start: the whole process hunting in one small event log. SPOOR_DATA names the
# shared data. Usage: bench/start.sh [RUNS]
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-15} data=${SPOOR_DATA:-../shared/data}
tmp=$(mktemp -d) && trap 'rm -rf "$tmp"' EXIT
CGO_ENABLED=0 go build -o "$tmp/spoor" ./cmd/spoor
go build -o "$tmp/lab" ./bench/lab
"$tmp/lab" server 100 "$tmp/small.evtx"
say() { printf '%-34s' "$1"; shift; "$tmp/lab" time "$runs" "$tmp/spoor" "$@"; }
hunt=(hunt --quiet --no-builtin --rules "$data/sigma" "$tmp/small.evtx")
mkdir "$tmp/cache"
"$tmp/spoor" "${hunt[@]}" --rule-cache "$tmp/cache" >/dev/null 2>&1
say "built-in rules" hunt --quiet "$tmp/small.evtx"
say "published rules, --rule-cache" "${hunt[@]}" --rule-cache "$tmp/cache"
say "published rules, from YAML" "${hunt[@]}"
say "no evidence, no rules (version)" --help

#!/usr/bin/env bash
# One 4 GB event log and the same chunks as 4,000 files, hunted with all
# published rules: the processor time over the wall time says how many cores
# were used. Needs 9 GB of disk in TMPDIR; the files are read once before.
# SPOOR_DATA names the shared data. Usage: bench/cores.sh [RUNS] [EVENTS] [FILES]
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-3} events=${2:-6500000} files=${3:-4000} data=${SPOOR_DATA:-../shared/data}
tmp=$(mktemp -d) && trap 'rm -rf "$tmp"' EXIT
CGO_ENABLED=0 go build -o "$tmp/spoor" ./cmd/spoor
go build -o "$tmp/lab" ./bench/lab
"$tmp/lab" server "$events" "$tmp/one.evtx"
"$tmp/lab" split "$files" "$tmp/one.evtx" "$tmp/many"
mkdir "$tmp/cache"
hunt=("$tmp/spoor" hunt --quiet --no-builtin --rules "$data/sigma" --rule-cache "$tmp/cache")
"$tmp/lab" time 1 "${hunt[@]}" "$tmp/many/00" >/dev/null # fills the rule cache
cat "$tmp/one.evtx" >/dev/null
printf '%-34s' "one file"; "$tmp/lab" time "$runs" "${hunt[@]}" "$tmp/one.evtx"
cat "$tmp"/many/*/* >/dev/null
printf '%-34s' "$files files"; "$tmp/lab" time "$runs" "${hunt[@]}" "$tmp/many"

#!/usr/bin/env bash
# Assesses lab-made evidence of one server, 20 GB unless told: IIS 10, HttpProxy
# 6, event logs 3, files 1. Usage: bench/assess.sh [RUNS] [BYTES] [FOLDER];
# a folder that is there already is taken as it is, and kept.
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-1} bytes=${2:-20000000000}
tmp=$(mktemp -d) && trap 'rm -rf "$tmp"' EXIT
folder=${3:-$tmp/host}
CGO_ENABLED=0 go build -o "$tmp/spoor" ./cmd/spoor
go build -o "$tmp/lab" ./bench/lab
[ -d "$folder" ] || "$tmp/lab" host "$bytes" "$folder"
printf '%-34s' "assess $(du -sh "$folder" | cut -f1)"
"$tmp/lab" time "$runs" "$tmp/spoor" assess --quiet --force -o "$tmp/case" "$folder"

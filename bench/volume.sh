#!/usr/bin/env bash
# Hunts with all published rules in virtual event logs that are made as they are
# read: small ones with 0, 1, 3 and 6 unseen values an event, then 20 GB with
# one. Each figure is of fresh processes. SPOOR_DATA names the shared data.
# Usage: bench/volume.sh [RUNS] [EVENTS]
set -euo pipefail
export GOGC=${GOGC:-50} # a large heap of the program grows by half
cd "$(dirname "$0")/.."
runs=${1:-5} events=${2:-24500000}
tmp=$(mktemp -d) && trap 'rm -rf "$tmp"' EXIT
go test -c -o "$tmp/examine.test" ./internal/examine
cd internal/examine
one() { SPOOR_EVENTS=$1 "$tmp/examine.test" -test.run=NONE -test.bench="^BenchmarkVolume$/^$2\$" -test.benchtime=1x -test.timeout=60m; }
show() {
  awk -v name="$1" '/^Benchmark/ {
    for (i = 3; i < NF; i += 2) v[$(i + 1)] = v[$(i + 1)] " " $i
  }
  END {
    n = split("events/s cpu-ns/event peak-MB MB", unit, " ")
    printf "%-34s", name
    for (k = 1; k <= n; k++) {
      m = split(v[unit[k]], a, " ")
      for (i = 2; i <= m; i++) { x = a[i] + 0; for (j = i - 1; j >= 1 && a[j] + 0 > x; j--) a[j + 1] = a[j]; a[j + 1] = x }
      printf " %10.0f %s", a[int((m + 1) / 2)], unit[k]
    }
    print ""
  }'
}
for unseen in 0 1 3 6; do
  for _ in $(seq "$runs"); do one 200000 "$unseen"; done | show "200,000 events, $unseen unseen"
done
one "$events" 1 | show "$events events, 1 unseen"

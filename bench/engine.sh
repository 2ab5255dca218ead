#!/usr/bin/env bash
# Runs the engine's benchmarks in fresh processes and prints, for each figure,
# best, median and worst. Usage: bench/engine.sh [RUNS] [PATTERN]
# SPOOR_DATA names the shared data; SPOOR_CORES the cores (2 unless told).
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-15} pattern=${2:-'^Benchmark(Hunt|Decode|Start|FirstPass)'}
export SPOOR_CORES=${SPOOR_CORES:-2}
bin=$(mktemp -d) && trap 'rm -rf "$bin"' EXIT
go test -c -o "$bin/sigma.test" ./internal/sigma
echo "date: $(date -u +%F)  commit: $(git rev-parse --short HEAD)  $(go version | cut -d' ' -f3)  cores: $SPOOR_CORES  runs: $runs"
grep -m1 'model name' /proc/cpuinfo 2>/dev/null | sed 's/.*: /processor: /' || true
cd internal/sigma
for _ in $(seq "$runs"); do
  # The calibration loop stands in the same minute as what it calibrates.
  "$bin/sigma.test" -test.run=NONE -test.bench="$pattern|^BenchmarkCalibrate" -test.benchtime=1x
done | awk '
  /^Benchmark/ {
    name = $1; sub(/-[0-9]+$/, "", name)
    for (i = 3; i < NF; i += 2) if ($(i+1) ~ /events\/s|MB\/s|ns\/op/) {
      key = name " " $(i+1); n[key]++; v[key, n[key]] = $i
      if (!(key in seen)) { seen[key] = ++keys; order[keys] = key }
    }
  }
  END {
    printf "%-48s %14s %14s %14s\n", "figure", "best", "median", "worst"
    for (k = 1; k <= keys; k++) {
      key = order[k]; m = n[key]
      for (i = 1; i <= m; i++) a[i] = v[key, i] + 0
      for (i = 2; i <= m; i++) { x = a[i]; for (j = i - 1; j >= 1 && a[j] > x; j--) a[j+1] = a[j]; a[j+1] = x }
      low = a[1]; high = a[m]; mid = a[int((m + 1) / 2)]
      if (key ~ /ns\/op/) printf "%-48s %14.1f %14.1f %14.1f ms\n", key, low / 1e6, mid / 1e6, high / 1e6
      else printf "%-48s %14.0f %14.0f %14.0f\n", key, high, mid, low
    }
  }'

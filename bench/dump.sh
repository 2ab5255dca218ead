#!/usr/bin/env bash
# spoor dump and evtx_dump of the Rust crate evtx, in turns, both writing JSON
# lines: one thread on one core, and two threads. One process for each log, since
# evtx_dump takes no folder; spoor reads the recordings in one as well ("spoor
# at once"). Prints best, median and worst of each and the medians of
# processor time.
#
#   SPOOR_DATA=... bench/dump.sh EVTX_DUMP [RUNS] [EVENTS]
#
# Inputs: the published recordings, the damaged logs of a megabyte and more, and
# a server's log of EVENTS (1,700,000 are a gigabyte). bench/evtx.sh installs
# evtx_dump.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -ge 1 ] && [ -d "${SPOOR_DATA:-}" ] || { sed -n '2,14p' "$0"; exit 2; }
peer=$(realpath "$1") runs=${2:-15} events=${3:-1700000} data=$(realpath "$SPOOR_DATA")
out=$(mktemp -d) && trap 'rm -rf "$out"' EXIT
go build -trimpath -o "$out/spoor" ./cmd/spoor
go run ./bench/lab server "$events" "$out/server.evtx"
find "$data/evtx" "$data/sigma-regression" -iname '*.evtx' | sort >"$out/recordings"
find "$data/evtx/damaged" -iname '*.evtx' -size +1000k | sort >"$out/damaged"
echo "$out/server.evtx" >"$out/server"

cat >"$out/spoor-logs" <<EOF
while read -r f; do "$out/spoor" dump --quiet --workers "\$2" "\$f" 2>/dev/null; done <"\$1"; true
EOF
cat >"$out/evtx_dump-logs" <<EOF
while read -r f; do "$peer" -t "\$2" -o jsonl "\$f" 2>/dev/null; done <"\$1"; true
EOF
cat >"$out/spoor-at-once-logs" <<EOF
xargs -d '\\n' "$out/spoor" dump --quiet --workers "\$2" <"\$1" 2>/dev/null; true
EOF
pin=""
command -v taskset >/dev/null && pin="taskset -c 0"
for _ in $(seq "$runs"); do
  for input in server damaged recordings; do
    for threads in 1 2; do
      for name in spoor spoor-at-once evtx_dump; do
        [ $name != spoor-at-once ] || [ $input = recordings ] || continue
        on=$pin
        [ $threads = 1 ] || on=""
        /usr/bin/time -f '%e %U %S' -o "$out/time" $on bash "$out/$name-logs" "$out/$input" $threads >/dev/null
        echo "$input $threads $name $(tail -n 1 "$out/time")" >>"$out/times"
      done
    done
  done
done

echo "date: $(date -u +%FT%RZ)  spoor $(git rev-parse --short HEAD)  $("$peer" --version)  $(uname -sm), $(nproc) cores, $(grep -m1 'model name' /proc/cpuinfo | sed 's/.*: //')  runs: $runs  load: $(cut -d' ' -f1-3 /proc/loadavg)"
for input in server damaged recordings; do
  echo "$input: $(wc -l <"$out/$input") logs, $(xargs -d '\n' du -cb <"$out/$input" | tail -n 1 | cut -f1) bytes"
done
printf '%-11s %7s %-13s %8s %9s %8s %9s %9s\n' input threads program best-s median-s worst-s cpu-s "x wall,cpu"
awk '
  function mid(list, k,   i, j, x, m) {
    m = n[k]
    for (i = 1; i <= m; i++) a[i] = list[k, i]
    for (i = 2; i <= m; i++) { x = a[i]; for (j = i - 1; j >= 1 && a[j] > x; j--) a[j+1] = a[j]; a[j+1] = x }
    low = a[1]; high = a[m]
    return a[int((m + 1) / 2)]
  }
  { k = $1 " " $2 " " $3; if (!n[k]++) order[++kinds] = k; wall[k, n[k]] = $4; cpu[k, n[k]] = $5 + $6 }
  END {
    for (i = 1; i <= kinds; i++) {
      k = order[i]; split(k, part, " ")
      c = mid(cpu, k); w = mid(wall, k)
      if (part[3] ~ /^spoor/) { c0 = c; w0 = w }
      printf "%-11s %7s %-13s %8.2f %9.2f %8.2f %9.2f %9s\n", part[1], part[2], part[3], low, w, high, c, part[3] ~ /^spoor/ ? "" : sprintf("%.2f %.2f", w / w0, c / c0)
    }
  }' "$out/times"

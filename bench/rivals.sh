#!/usr/bin/env bash
# spoor, Hayabusa, Chainsaw and Zircolite over the same event logs and the same
# published rules, in turns. Prints what each took and found, and the steady
# state: the difference of a large and a small run, in which starting up and
# reading the rules cancel out.
#
#   SPOOR_DATA=... bench/rivals.sh RIVALS [RUNS]
#
# RIVALS is a folder for the rivals' sources (names hayabusa, hayabusa-rules,
# chainsaw, zircolite); what is missing there is fetched and built (git, cargo,
# python3). A rival that cannot be had is said and left out. Flags are those
# that are fastest on two cores with every rule on; each writes its findings to
# a file.
set -uo pipefail
cd "$(dirname "$0")/.."
[ $# -ge 1 ] && [ -d "${SPOOR_DATA:-}" ] || { sed -n '2,15p' "$0"; exit 2; }
mkdir -p "$1"
rivals=$(realpath "$1") runs=${2:-3} data=$(realpath "$SPOOR_DATA") rules=$(realpath "$SPOOR_DATA")/sigma
out=$(mktemp -d) && trap 'rm -rf "$out"' EXIT
go build -trimpath -o "$out/spoor" ./cmd/spoor

get() { # folder, repository, tag
  [ -d "$rivals/$1" ] || git clone -q --depth 1 --recurse-submodules --branch "$3" "https://github.com/$2" "$rivals/$1" || echo "$1: cannot be fetched"
}
get hayabusa Yamato-Security/hayabusa v4.0.0
get hayabusa-rules Yamato-Security/hayabusa-rules main
get chainsaw WithSecureLabs/chainsaw v2.16.4
get zircolite wagga40/Zircolite 3.7.0
build() { # name, program
  [ -x "$rivals/$1/$2" ] || (cd "$rivals/$1" 2>/dev/null && cargo build --release --ignore-rust-version >"$rivals/$1.build" 2>&1) || echo "$1: cannot be built, see $1.build"
}
hay=target/release/hayabusa chn=target/release/chainsaw zpy=venv/bin/python
build hayabusa $hay
build chainsaw $chn
[ -f "$rivals/zircolite/zircolite.py" ] && [ ! -x "$rivals/zircolite/$zpy" ] &&
  (cd "$rivals/zircolite" && python3 -m venv venv && venv/bin/pip install -q -r requirements.txt)

# Inputs: the recordings whole, every other one, and one alone; a server's log
# in two lengths. Links cost nothing and are followed by all four.
i=0
while read -r f; do
  i=$((i + 1)) n=$(printf '%04d-%s' $i "$(basename "$f")")
  mkdir -p "$out/in/all" "$out/in/half" "$out/in/one"
  cp "$f" "$out/in/all/$n"
  [ $((i % 2)) = 0 ] && ln "$out/in/all/$n" "$out/in/half/$n"
done < <(find "$data/evtx" "$data/sigma-regression" -iname '*.evtx' | sort)
ln "$(find "$out/in/all" -size -80k -name '*.evtx' | sort | head -n 1)" "$out/in/one/"
mkdir -p "$out/in/server50" "$out/in/server150"
go run ./bench/lab server 50000 "$out/in/server50/Security.evtx" && go run ./bench/lab server 150000 "$out/in/server150/Security.evtx"

# one NAME INPUT COMMAND...: seconds, processor seconds and peak memory
one() {
  local name=$1 input=$2; shift 2
  /usr/bin/time -f '%e %U %S %M' -o "$out/time" "$@" >"$out/$name.stdout" 2>"$out/$name.err" </dev/null
  printf '%s %s %s %s\n' "$input" "$name" "$(tail -n 1 "$out/time")" "$(found "$name")" >>"$out/times"
}
found() {
  case $1 in
    spoor) wc -l <"$out/spoor.stdout" ;;
    hayabusa) wc -l <"$out/hay.jsonl" ;;
    chainsaw) wc -l <"$out/chn.jsonl" ;;
    zircolite) python3 -c 'import json,sys; print(sum(len(r["matches"]) for r in json.load(open(sys.argv[1]))))' "$out/zir.json" ;;
  esac
}
round() { # input
  local in=$out/in/$1
  one spoor "$1" "$out/spoor" hunt --quiet --no-builtin --rules "$rules" "$in"
  [ -x "$rivals/hayabusa/$hay" ] && (cd "$rivals/hayabusa" && rm -f "$out/hay.jsonl" &&
    one hayabusa "$1" ./$hay dfir-timeline -d "$in" -r ../hayabusa-rules/sigma -t jsonl -o "$out/hay.jsonl" -p super-verbose -w -C -q -Q -K -O -b -F -n --threads 2)
  [ -x "$rivals/chainsaw/$chn" ] && (cd "$rivals/chainsaw" && rm -f "$out/chn.jsonl" &&
    one chainsaw "$1" ./$chn --no-banner --num-threads 2 hunt "$in" -s "$rules/rules/windows" -m mappings/sigma-event-logs-all.yml --jsonl -o "$out/chn.jsonl" --skip-errors -q)
  [ -x "$rivals/zircolite/$zpy" ] && (cd "$rivals/zircolite" && rm -f "$out/zir.json" &&
    one zircolite "$1" $zpy zircolite.py -e "$in" -r "$rules/rules/windows" -p sysmon -p windows-audit -p windows-logsources -o "$out/zir.json" -q --unified-db)
}
for _ in $(seq "$runs"); do for input in ${INPUTS:-one half all server50 server150}; do round "$input"; done; done

echo "date: $(date -u +%F)  spoor $(git rev-parse --short HEAD)  $(go version | cut -d' ' -f3)  $(uname -sm), $(nproc) cores, $(grep -m1 'model name' /proc/cpuinfo | sed 's/.*: //')  runs: $runs"
for r in hayabusa hayabusa-rules chainsaw zircolite; do
  [ -d "$rivals/$r" ] && echo "$r: $(git -C "$rivals/$r" log -1 --format='%h of %ad' --date=short 2>/dev/null)"
done
for input in ${INPUTS:-one half all server50 server150}; do
  echo "$input $("$out/spoor" dump --quiet "$out/in/$input" 2>/dev/null | wc -l) $(du -sbL "$out/in/$input" | cut -f1) $(find "$out/in/$input/" -type f | wc -l)"
done >"$out/sizes"
awk '
  FILENAME == ARGV[1] { events[$1] = $2; bytes[$1] = $3; files[$1] = $4; order[++inputs] = $1; next }
  { k = $1 SUBSEP $2; n[k]++; t[k, n[k]] = $3; cpu[k] += $4 + $5; if ($6 > mem[k]) mem[k] = $6; hits[k] = $7; engines[$2] = 1 }
  function mid(k,   i, j, x, a) {
    for (i = 1; i <= n[k]; i++) a[i] = t[k, i]
    for (i = 2; i <= n[k]; i++) { x = a[i]; for (j = i - 1; j >= 1 && a[j] > x; j--) a[j+1] = a[j]; a[j+1] = x }
    low = a[1]; high = a[n[k]]
    return a[int((n[k] + 1) / 2)]
  }
  END {
    m = split("spoor hayabusa chainsaw zircolite", names, " ")
    for (i = 1; i <= inputs; i++) {
      in_ = order[i]
      printf "\n%s: %d files, %d bytes, %d events\n%-10s %9s %9s %9s %9s %9s %9s %9s\n", in_, files[in_], bytes[in_], events[in_], "engine", "best-s", "median-s", "worst-s", "cpu-s", "peak-MB", "findings", "x spoor"
      for (e = 1; e <= m; e++) {
        k = in_ SUBSEP names[e]
        if (!(k in n)) { if (names[e] in engines) printf "%-10s not run\n", names[e]; continue }
        median[k] = mid(k)
        printf "%-10s %9.2f %9.2f %9.2f %9.2f %9.0f %9s %9.1f\n", names[e], low, median[k], high, cpu[k] / n[k], mem[k] / 1024, hits[k], median[k] / median[in_ SUBSEP "spoor"]
      }
    }
    steady("half", "all"); steady("server50", "server150")
  }
  function steady(a, b,   e, k, l, d, base) {
    if (!(a in events) || !(b in events)) return
    printf "\nsteady state, %s less %s: %d events\n%-10s %9s %12s %9s\n", b, a, events[b] - events[a], "engine", "seconds", "events/s", "x spoor"
    for (e = 1; e <= m; e++) {
      k = b SUBSEP names[e]; l = a SUBSEP names[e]
      if (!(k in n) || !(l in n)) continue
      d = median[k] - median[l]
      if (e == 1) base = d
      if (d > 0) printf "%-10s %9.2f %12.0f %9.1f\n", names[e], d, (events[b] - events[a]) / d, (base > 0 ? d / base : 0)
    }
  }' "$out/sizes" "$out/times"

#!/usr/bin/env bash
# spoor, Hayabusa, Chainsaw and Zircolite over the same event logs and the same
# 2,858 published Windows rules, in turns. Prints what each took and found, and
# the steady state: the difference of a large and a small run, in which starting
# up and reading the rules cancel out; then what of the findings differs and why
# (rivals.py).
#
#   SPOOR_DATA=... bench/rivals.sh RIVALS [RUNS]
#
# RIVALS is a folder for the rivals' sources (names hayabusa, hayabusa-rules,
# hayabusa-evtx, chainsaw, zircolite); what is missing there is fetched and built
# (git, cargo, python3). A rival that cannot be had is said and left out. Flags
# are those that are fastest on two cores with every rule on; each writes its
# findings to a file.
#
#   INPUTS="one half all small large big"   which inputs
#   SMALL=50000 LARGE=150000 BIG=1700000    events of the server's logs; BIG is a gigabyte
#   LIMIT=900                               seconds after which a run is given up, and said
set -uo pipefail
cd "$(dirname "$0")/.."
[ $# -ge 1 ] && [ -d "${SPOOR_DATA:-}" ] || { sed -n '2,22p' "$0"; exit 2; }
mkdir -p "$1"
rivals=$(realpath "$1") runs=${2:-3} data=$(realpath "$SPOOR_DATA") inputs=${INPUTS:-one half all small large big} limit=${LIMIT:-900}
out=$(mktemp -d) && trap 'rm -rf "$out"' EXIT
go build -trimpath -o "$out/spoor" ./cmd/spoor

get() { # folder, repository, tag
  [ -d "$rivals/$1" ] || git clone -q --depth 1 --branch "$3" "https://github.com/$2" "$rivals/$1" || echo "$1: cannot be fetched"
}
get hayabusa Yamato-Security/hayabusa v4.0.0
get hayabusa-evtx Yamato-Security/hayabusa-evtx main
get hayabusa-rules Yamato-Security/hayabusa-rules main
get chainsaw WithSecureLabs/chainsaw v2.16.4
get zircolite wagga40/Zircolite 3.7.0
# Their manifests name commits of other repositories. Hayabusa is built with the
# copy of its reader beside it; Chainsaw with the released crates for registry
# hives, the MFT and ESE files, which no event log needs, one call fitted to them.
sed -i 's#^evtx = { git = .*#evtx = { path = "../hayabusa-evtx", features = ["fast-alloc"] }#' "$rivals/hayabusa/Cargo.toml"
sed -i '/^\[patch.crates-io\]/,$d' "$rivals/chainsaw/Cargo.toml"
sed -i '/let sanitized_path = path$/s/path$/path.display()/' "$rivals/chainsaw/src/file/mft.rs"
build() { # name, program
  [ -x "$rivals/$1/$2" ] || (cd "$rivals/$1" 2>/dev/null && cargo build --release --ignore-rust-version >"$rivals/$1.build" 2>&1) || echo "$1: cannot be built, see $1.build"
}
hay=target/release/hayabusa chn=target/release/chainsaw zpy=venv/bin/python
build hayabusa $hay
build chainsaw $chn
[ -f "$rivals/zircolite/zircolite.py" ] && [ ! -x "$rivals/zircolite/$zpy" ] &&
  (cd "$rivals/zircolite" && python3 -m venv venv && venv/bin/pip install -q -r requirements.txt)

# The rules for Windows, as published. Hayabusa has them converted, in folders
# of its own; Zircolite's are converted once, untimed.
rules=$out/rules
mkdir "$rules"
(cd "$data/sigma" && grep -rlE --include='*.yml' '^ *product: *windows' rules rules-emerging-threats rules-threat-hunting | xargs -d '\n' cp --parents -t "$rules")
[ -x "$rivals/zircolite/$zpy" ] && [ ! -f "$rivals/zircolite.rules.json" ] && (cd "$rivals/zircolite" && mkdir -p "$out/none" && rm -f ruleset-*.json &&
  $zpy zircolite.py -e "$out/none" -r "$rules" -p sysmon -p windows-logsources -sr -q >/dev/null 2>&1 </dev/null
  mv ruleset-*.json "$rivals/zircolite.rules.json")

# Inputs: the recordings whole, every other one, and one alone; a server's log
# in three lengths. Links cost nothing and are followed by all four.
i=0
while read -r f; do
  i=$((i + 1)) n=$(printf '%04d-%s' $i "$(basename "$f")")
  mkdir -p "$out/in/all" "$out/in/half" "$out/in/one"
  cp "$f" "$out/in/all/$n"
  [ $((i % 2)) = 0 ] && ln "$out/in/all/$n" "$out/in/half/$n"
done < <(find "$data/evtx" "$data/sigma-regression" -iname '*.evtx' | sort)
ln "$(find "$out/in/all" -size -80k -name '*.evtx' | sort | head -n 1)" "$out/in/one/"
for size in small=${SMALL:-50000} large=${LARGE:-150000} big=${BIG:-1700000}; do
  [[ " $inputs " = *" ${size%=*} "* ]] && mkdir -p "$out/in/${size%=*}" && go run ./bench/lab server "${size#*=}" "$out/in/${size%=*}/Security.evtx"
done

# one NAME INPUT COMMAND...: seconds, processor seconds and peak memory
one() {
  local name=$1 input=$2; shift 2
  if ! /usr/bin/time -f '%e %U %S %M' -o "$out/time" timeout "$limit" "$@" >"$out/$name.stdout" 2>"$out/$name.err" </dev/null && grep -q 'status 124' "$out/time"; then
    echo "$name on $input: given up after $limit seconds"
    return
  fi
  printf '%s %s %s %s\n' "$input" "$name" "$(tail -n 1 "$out/time")" "$(found "$name")" >>"$out/times"
}
found() {
  case $1 in
    spoor*) wc -l <"$out/$1.stdout" ;;
    hayabusa) wc -l <"$out/hay.jsonl" ;;
    chainsaw) wc -l <"$out/chn.jsonl" ;;
    zircolite) python3 -c 'import json,sys; print(sum(len(r["matches"]) for r in json.load(open(sys.argv[1]))))' "$out/zir.json" ;;
  esac
}
round() { # input
  local in=$out/in/$1
  # A run of spoor takes less than a second: five for one of the others, or the
  # difference of two sizes is noise.
  local n=5
  [ "$1" != big ] || n=1
  for _ in $(seq $n); do
    one spoor "$1" "$out/spoor" hunt --quiet --no-builtin --rules "$rules" "$in"
    [ "$1" != one ] || one spoor+cache "$1" "$out/spoor" hunt --quiet --no-builtin --rules "$rules" --rule-cache "$out/cache" "$in"
  done
  [ -x "$rivals/hayabusa/$hay" ] && (cd "$rivals/hayabusa" && rm -f "$out/hay.jsonl" &&
    one hayabusa "$1" ./$hay dfir-timeline -d "$in" -r ../hayabusa-rules/sigma -c ../hayabusa-rules/config -t jsonl -o "$out/hay.jsonl" -p super-verbose -w -C -q -Q -K -O -b -F -n --threads 2)
  [ -x "$rivals/chainsaw/$chn" ] && (cd "$rivals/chainsaw" && rm -f "$out/chn.jsonl" &&
    one chainsaw "$1" ./$chn --no-banner --num-threads 2 hunt "$in" -s "$rules" -m mappings/sigma-event-logs-all.yml --jsonl -o "$out/chn.jsonl" --skip-errors -q)
  [ -f "$rivals/zircolite.rules.json" ] && (cd "$rivals/zircolite" && rm -f "$out/zir.json" &&
    one zircolite "$1" $zpy zircolite.py -e "$in" -r "$rivals/zircolite.rules.json" -o "$out/zir.json" -q --unified-db)
  if [ "$1" = all ]; then # for the comparison at the end
    mkdir -p "$out/kept"
    cp "$out"/spoor.stdout "$out"/hay.jsonl "$out"/chn.jsonl "$out"/zir.json "$out/kept/" 2>/dev/null
  fi
}
# The rule cache is made before it is measured.
[[ " $inputs " = *" one "* ]] && "$out/spoor" hunt --quiet --no-builtin --rules "$rules" --rule-cache "$out/cache" "$out/in/one" >/dev/null 2>&1
for n in $(seq "$runs"); do
  for input in $inputs; do
    # Once is enough where start and noise are small beside the run.
    [ "$input" != big ] || [ "$n" = 1 ] || continue
    round "$input"
  done
done

echo "date: $(date -u +%FT%RZ)  spoor $(git rev-parse --short HEAD)  $(go version | cut -d' ' -f3)  $(uname -sm), $(nproc) cores, $(grep -m1 'model name' /proc/cpuinfo | sed 's/.*: //')  runs: $runs  load: $(cut -d" " -f1-3 /proc/loadavg)"
for r in hayabusa hayabusa-evtx hayabusa-rules chainsaw zircolite; do
  [ -d "$rivals/$r" ] && echo "$r: $(git -C "$rivals/$r" log -1 --format='%h of %ad' --date=short 2>/dev/null)"
done
for input in $inputs; do
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
    m = split("spoor spoor+cache hayabusa chainsaw zircolite", names, " ")
    for (i = 1; i <= inputs; i++) {
      in_ = order[i]
      printf "\n%s: %d files, %d bytes, %d events\n%-12s %9s %9s %9s %9s %9s %9s %9s %9s\n", in_, files[in_], bytes[in_], events[in_], "engine", "best-s", "median-s", "worst-s", "cpu-s", "peak-MB", "findings", "x wall", "x cpu"
      for (e = 1; e <= m; e++) {
        k = in_ SUBSEP names[e]
        if (!(k in n)) { if (names[e] in engines && names[e] != "spoor+cache") printf "%-12s not run\n", names[e]; continue }
        median[k] = mid(k)
        used[k] = cpu[k] / n[k]
        printf "%-12s %9.2f %9.2f %9.2f %9.2f %9.0f %9s %9.1f %9.1f\n", names[e], low, median[k], high, used[k], mem[k] / 1024, hits[k], median[k] / median[in_ SUBSEP "spoor"], used[k] / used[in_ SUBSEP "spoor"]
      }
    }
    steady("half", "all"); steady("small", "large"); steady("large", "big")
  }
  function steady(a, b,   e, k, l, d, c, base, cbase) {
    if (!(a in events) || !(b in events)) return
    printf "\nsteady state, %s less %s: %d events\n%-12s %9s %12s %9s %9s %9s\n", b, a, events[b] - events[a], "engine", "seconds", "events/s", "x wall", "cpu-s", "x cpu"
    for (e = 1; e <= m; e++) {
      k = b SUBSEP names[e]; l = a SUBSEP names[e]
      if (!(k in n) || !(l in n)) continue
      d = median[k] - median[l]; c = used[k] - used[l]
      if (e == 1) { base = d; cbase = c }
      if (d > 0) printf "%-12s %9.2f %12.0f %9.1f %9.2f %9.1f\n", names[e], d, (events[b] - events[a]) / d, (base > 0 ? d / base : 0), c, (cbase > 0 ? c / cbase : 0)
    }
  }' "$out/sizes" "$out/times"

# What differs on the recordings, and why.
[[ " $inputs " = *" all "* ]] && [ -x "$rivals/zircolite/$zpy" ] || exit 0
echo
compare() { "$rivals/zircolite/$zpy" bench/rivals.py "$rules" "$out/kept/spoor.stdout" "$@"; }
[ -f "$out/kept/hay.jsonl" ] && compare hayabusa "$out/kept/hay.jsonl" "$rivals/hayabusa-rules/sigma"
[ -f "$out/kept/chn.jsonl" ] && (cd "$rivals/chainsaw" && ./$chn lint "$rules" --kind sigma >"$out/lint" 2>&1; cd - >/dev/null; compare chainsaw "$out/kept/chn.jsonl" "$out/lint")
[ -f "$out/kept/zir.json" ] && compare zircolite "$out/kept/zir.json" "$rivals/zircolite.rules.json"
exit 0

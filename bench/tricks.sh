#!/usr/bin/env bash
# What each trick of the engine is worth: the benchmarks are built once as they
# are and once for each trick with that trick switched off (a changed copy of
# one source file, through the build's overlay). Each run of one without a trick
# follows a run as it is; printed is how many times slower the figure is without
# the trick, the median of the pairs. Answers must not change: the number of hits
# is compared, and a ! says that it differs. Usage: bench/tricks.sh [RUNS]
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-5}
export SPOOR_CORES=${SPOOR_CORES:-2}
tmp=$(mktemp -d) && trap 'rm -rf "$tmp"' EXIT
top=$PWD
names=() binaries=()

build() { # NAME FILE SED-SCRIPT
  local name=$1 file=$2 script=$3 n=${#names[@]}
  local bin=$tmp/$n.test
  if [ -n "$file" ]; then
    sed -E "$script" "$file" > "$tmp/$n.go"
    if cmp -s "$file" "$tmp/$n.go"; then echo "tricks.sh: \"$name\" changes nothing in $file" >&2; exit 1; fi
    printf '{"Replace": {"%s": "%s"}}\n' "$top/$file" "$tmp/$n.go" > "$tmp/$n.json"
    go test -c -overlay "$tmp/$n.json" -o "$bin" ./internal/sigma
  else
    go test -c -o "$bin" ./internal/sigma
  fi
  names+=("$name") binaries+=("$bin")
}

build "as it is" "" ""
build "value memo" internal/engine/memo.go 's/^(func \(m \*memo\) get.*)$/\1\n\treturn 0, false/'
build "row memo" internal/engine/engine.go 's/^(\tn, ok := p\.rows\[key\])$/\1\n\tok, x.rows, x.rowN = false, x.rows[:1], 0/'
build "waking rules by atoms" internal/engine/wake.go 's/^\t\tif w\.any \{$/\t\tif len(c.atoms) >= 0 {/'
build "rules of other event ids dropped" internal/engine/program.go 's/if fixedID \&\& p\.ids\[at\.rule\] \&\& r\.refuted\(to, id\) \{/if false {/'
build "rules without their fields dropped" internal/engine/plan.go 's/prog\.truth\(of\) == no; l\.dead\[n\] \{/prog.truth(of) == no \&\& len(c.atoms) < 0; l.dead[n] {/'
build "numbers not rendered" internal/engine/column.go 's/if !m\.numeric \{/if false {/'
build "rarest four bytes of literals" internal/engine/gram.go 's/^\t"math\/bits"$/\t"bytes"\n\t"math\/bits"/; s/^(func \(g \*grams\) find.*)$/\1\n\tfor n := range g.literals {\n\t\tif bytes.Contains(text, []byte(g.literals[n].text)) {\n\t\t\tfound = note(int32(n), found, seen)\n\t\t}\n\t}\n\treturn found/'
build "literals that gate expressions" internal/engine/literal.go 's/^(func gateOf.*)$/\1\n\treturn gate{}/'
build "lazy automata" internal/engine/automaton.go 's/^\tmaxInst += max\(8_000>>limits\.Shrink, 40\)/\tmaxInst = 0/'
build "expensive atoms wait" internal/engine/wake.go 's/c\.lazy\[n\] = len/c.lazy[n] = false \&\& len/'
build "rows of text joined only behind values" internal/engine/rowgate.go 's/^(\tc\.gates = make.*)$/\1\n\tif len(c.atoms) >= 0 {\n\t\treturn\n\t}/'

pattern='^Benchmark(HuntRecordings|HuntServer|HuntScripts|HuntHttpProxy)$'
[ -z "${SPOOR_PATTERN:-}" ] || pattern=$SPOOR_PATTERN
cd internal/sigma
run() { "${binaries[$1]}" -test.run=NONE -test.bench="$pattern" -test.benchtime=1x | sed "s/^/$2 $3 /"; }
for _ in $(seq "$runs"); do
  for n in "${!names[@]}"; do
    [ "$n" = 0 ] || { run 0 "$n" with; run "$n" "$n" without; }
  done
done > "$tmp/out"
for n in "${!names[@]}"; do echo "$n name ${names[$n]}"; done | cat - "$tmp/out" | awk '
  $2 == "name" { k = $1; $1 = $2 = ""; sub(/^ +/, ""); name[k] = $0; tricks = k; next }
  $3 ~ /^Benchmark/ {
    b = $3; sub(/-[0-9]+$/, "", b); sub(/^BenchmarkHunt/, "", b)
    if (!(b in seen)) { seen[b] = ++nb; bench[nb] = b }
    key = $1 SUBSEP b
    hits = ""; for (i = 6; i <= NF; i++) if ($i == "hits") hits = $(i - 1)
    if ($2 == "with") { base[key] = $5; bhits[key] = hits; next }
    ratio[key, ++n[key]] = $5 / base[key]
    if (hits != bhits[key]) wrong[key] = 1
  }
  END {
    printf "%-42s", "without"; for (i = 1; i <= nb; i++) printf " %12s", bench[i]; print ""
    for (k = 1; k <= tricks; k++) {
      printf "%-42s", name[k]
      for (b = 1; b <= nb; b++) {
        key = k SUBSEP bench[b]; m = n[key]
        for (i = 1; i <= m; i++) a[i] = ratio[key, i]
        for (i = 2; i <= m; i++) { x = a[i]; for (j = i - 1; j >= 1 && a[j] > x; j--) a[j + 1] = a[j]; a[j + 1] = x }
        printf " %11.2f%s", a[int((m + 1) / 2)], (key in wrong) ? "!" : " "
      }
      print ""
    }
  }'

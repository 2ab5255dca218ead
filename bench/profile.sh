#!/usr/bin/env bash
# Where the time goes: each sample of a processor profile counts for the
# innermost part of the work that its stack names. SPOOR_DATA names the shared
# data. Usage: bench/profile.sh BENCHMARK [PASSES]   (of sigma, on one core)
#              bench/profile.sh assess FOLDER
set -euo pipefail
cd "$(dirname "$0")/.."
what=${1:-BenchmarkHuntRecordings}
tmp=$(mktemp -d) && trap 'rm -rf "$tmp"' EXIT
if [ "$what" = assess ]; then
  package=cmd/spoor within=BenchmarkAssess
  export SPOOR_FOLDER=$(realpath "$2")
  set -- -test.bench='^BenchmarkAssess$' -test.benchtime=1x
else
  package=sigma within=sigma_test.shared.func1
  export SPOOR_CORES=1
  set -- -test.bench="^$what\$" -test.benchtime="${2:-40}x"
fi
go test -c -o "$tmp/test" "./$package"
(cd "$package" && "$tmp/test" -test.run=NONE "$@" -test.cpuprofile="$tmp/cpu.prof" >/dev/null)
go tool pprof -traces "$tmp/test" "$tmp/cpu.prof" 2>/dev/null | awk -v within="$within" '
  BEGIN {
    n = 0
    part("regular expressions", "scratch[)].run|match.[(][*]dfa|^regexp")
    part("unseen values, all other tests", "match.[(][*](matcher|grams|trie|scratch)|match.matchGlob")
    part("hashing values", "match.[(][*]hasher")
    part("value memo", "match.[(][*]memo|match.[(][*]sets")
    part("conditions of new rows", "Engine[)].evaluate")
    part("hits: lazy atoms, comparisons", "Engine[)].emit")
    part("plans and classes", "Engine[)].(plan|makePlan)")
    part("columns and rows", "match.[(][*]Engine")
    part("indicators", "internal/indicator")
    part("coverage", "internal/coverage")
    part("web shells, settings, notes", "internal/(webshell|ransom|serverconfig)|inspectFile")
    part("findings", "internal/finding|copies[)]")
    part("SHA-256 of evidence", "sha256")
    part("reading files", "syscall|os.[(][*]File")
    part("decoding: checksums", "hash/crc32")
    part("decoding: plans", "Decoder[)].compile|Decoder[)].plan")
    part("decoding: templates", "Decoder[)].definitionAt|Decoder[)].internTemplate|Decoder[)].walk")
    part("decoding", "spoor/(evtx|event|internal/(weblog|exchangelog|jsonlog|textlog))")
    part("storyline, case, report", "internal/(storyline|casefile|report|hypothesis|record|actor)")
    part("garbage collection", "^runtime.(gc|bgsweep|bgscavenge)")
    part("the rest", ".")
  }
  function part(name, pattern) { names[++n] = name; patterns[n] = pattern }
  function ms(t) { if (t ~ /ms$/) return t + 0; if (t ~ /us$/) return t / 1000; if (t ~ /mins$/) return t * 60000; return t * 1000 }
  function done(   i, k, inside) {
    if (!depth) return
    inside = within == "BenchmarkAssess"
    for (i = 1; i <= depth; i++) if (index(stack[i], within)) inside = 1
    if (inside) {
      for (i = 1; i <= depth; i++) { for (k = 1; k < n; k++) if (stack[i] ~ patterns[k]) { spent[k] += time; all += time; depth = 0; return } }
      spent[n] += time; all += time
    }
    depth = 0
  }
  /^-+\+/ { done(); next }
  /^ +[0-9.]+(ms|s|us|mins) / { done(); time = ms($1); depth = 1; stack[1] = $2; next }
  depth && NF { stack[++depth] = $1 }
  END { done(); for (k = 1; k <= n; k++) if (spent[k] > 0) printf "%5.1f %%  %s\n", 100 * spent[k] / all, names[k] }'

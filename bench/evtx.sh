#!/usr/bin/env bash
# Every record and value of the published event logs, and of what the lab
# writes, compared with evtx_dump of the Rust crate evtx. Prints how many values
# were compared, were equal and differ by class; fails on a difference without a
# reason. docs/formats/evtx.md says who is right in which class.
#
#   SPOOR_DATA=... bench/evtx.sh [EVTX_DUMP...]
#
# Without a program the two releases of the record are installed by cargo into
# a folder of their own beside the user's caches.
set -euo pipefail
cd "$(dirname "$0")/.."
programs=("$@")
if [ $# = 0 ]; then
  for version in 0.12.2 0.15.1; do
    root=${XDG_CACHE_HOME:-$HOME/.cache}/spoor-bench/evtx-$version
    [ -x "$root/bin/evtx_dump" ] || cargo install -q evtx --version "$version" --ignore-rust-version --root "$root"
    programs+=("$root/bin/evtx_dump")
  done
fi
for program in "${programs[@]}"; do
  SPOOR_EVTX_DUMP=$(realpath "$program") go test -count=1 -v -run EvtxDump ./internal/evtxlog
done

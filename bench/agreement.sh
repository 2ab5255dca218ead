#!/usr/bin/env bash
# The full comparison of the engine with the reference evaluator: every
# published rule on every event of the shared data, then 10,000,000 random pairs
# of a rule and a record. Tests run a part of both.
set -euo pipefail
cd "$(dirname "$0")/.."
SPOOR_ALL=1 SPOOR_PAIRS=${1:-10000000} go test -count=1 -timeout 60m -v -run 'TestTheEngineAgreesWithTheReference' ./internal/sigma

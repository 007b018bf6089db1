#!/usr/bin/env bash
# What the macros cost a user's compiler: `cargo check` of 100 contracts, 100 agents and 20 pipelines,
# against the same written by hand. CPU seconds, dependencies already compiled; "clean" is the crate from
# nothing, "edit" is the crate again after a line in one agent has changed. Pairs take turns.
#
#   handoff/benches/expansion-cost/measure.sh [PAIRS]
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 "$here/generate.py" "$scratch"
cd "$scratch"
export CARGO_TARGET_DIR="$scratch/target" CARGO_INCREMENTAL=1
TIMEFORMAT='%U %S'

check() {
    { time cargo check --offline --quiet -p "$1" 2>log; } 2>cpu || { cat log >&2; exit 1; }
    awk '{ print $1 + $2 }' cpu
}
clean() {
    cargo clean --offline --quiet -p "$1"
    check "$1"
}
# Edits one agent's body: the text is new each time.
edit() {
    sed -i -E "s/\"nothing was found[^\"]*\"/\"nothing was found $RANDOM$RANDOM\"/" "$1/src/p7.rs"
    check "$1"
}

check with_handoff >/dev/null
check by_hand >/dev/null
for what in clean edit; do
    for _ in $(seq "${1:-5}"); do
        echo "$what $($what with_handoff) $($what by_hand)"
    done
done | tee /dev/stderr | python3 -c '
import statistics, sys
pairs = {}
for line in sys.stdin:
    what, ours, theirs = line.split()
    pairs.setdefault(what, []).append((float(ours), float(theirs)))
for what, times in pairs.items():
    ours, theirs = (statistics.median(side) for side in zip(*times))
    ratio = statistics.median(a / b for a, b in times)
    print(f"{what:6} handoff {ours:.2f} CPU-s, by hand {theirs:.2f} CPU-s, ratio {ratio:.2f}")
'

#!/usr/bin/env bash
# Lets libFuzzer look for a text that makes `parse` panic, hang or run out of stack: `fuzz/run.sh [SECONDS]`, 60 by default.
#
# Needs a C++ compiler, and neither nightly nor `cargo fuzz`: the flags are theirs, and RUSTC_BOOTSTRAP lets a stable
# compiler take them.
set -euo pipefail
cd "$(dirname "$0")"

seconds=${1:-60}
target=$(rustc -vV | sed -n 's/^host: //p')
export RUSTC_BOOTSTRAP=1 CARGO_TERM_COLOR=never
export RUSTFLAGS="--cfg fuzzing -Zsanitizer=address -Ccodegen-units=1 -Cdebug-assertions \
-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table"
cargo build --release --target "$target"

mkdir -p corpus/parse artifacts
exec "target/$target/release/parse" corpus/parse -max_total_time="$seconds" -timeout=10 -max_len=4096 \
    -artifact_prefix=artifacts/ -print_final_stats=1

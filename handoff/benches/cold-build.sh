#!/usr/bin/env bash
# What a user's first build costs: the same types in a crate on `handoff` and in one on tokio, serde
# and schemars, each built from nothing, in CPU seconds (all cores added up). Both depend on tokio with
# the same features: "full", or the least that runs a pipeline. Rounds take turns; the ratio is the
# median of theirs.
#
#   handoff/benches/cold-build.sh [ROUNDS [dev|release]...]
#
# Needs the dependencies to have been fetched: runs `cargo fetch` for what tokio needs for "full".
set -euo pipefail

repository=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
TIMEFORMAT='%U %S'
rounds=${1:-3}
shift || true

# user NAME DEPENDENCIES ITEMS: one crate for each set of tokio's features
user() {
    crate "$1-full" '"full"' "$2" "$3"
    crate "$1-least" '"macros", "rt-multi-thread", "time"' "$2" "$3"
}

# crate NAME FEATURES DEPENDENCIES ITEMS
crate() {
    mkdir -p "$scratch/$1/src"
    cp "$repository/Cargo.lock" "$repository/rust-toolchain.toml" "$scratch/$1"
    cat >"$scratch/$1/Cargo.toml" <<TOML
[package]
name = "user"
version = "0.0.0"
edition = "2024"

[dependencies]
tokio = { version = "1", features = [$2] }
$3
TOML
    cat >"$scratch/$1/src/main.rs" <<RUST
$4
RUST
    (cd "$scratch/$1" && cargo fetch --quiet)
}

contracts='
use handoff::prelude::*;

#[contract]
pub struct SubTask { pub id: String, pub description: String, pub priority: u8 }

#[contract]
pub struct Plan { pub subtasks: Vec<SubTask>, pub reasoning: String, pub confidence: f64 }

#[tokio::main]
async fn main() {
    println!("{:?}", Plan::schema());
}'
user handoff "handoff = { path = \"$repository/handoff\" }" "$contracts"
# Without the tokenizer: for those who count tokens with a counter of their own.
user lean "handoff = { path = \"$repository/handoff\", default-features = false }" "$contracts"

user plain 'serde = { version = "1", features = ["derive"] }
schemars = "1"' '
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct SubTask { pub id: String, pub description: String, pub priority: u8 }

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Plan { pub subtasks: Vec<SubTask>, pub reasoning: String, pub confidence: f64 }

#[tokio::main]
async fn main() {
    println!("{:?}", schemars::schema_for!(Plan));
}'

# The CPU seconds of a build into an empty directory.
cold() (
    cd "$scratch/$1"
    export CARGO_TARGET_DIR=target
    { time cargo build --offline --profile "$2" 2>log; } 2>cpu || { cat log >&2; exit 1; }
    rm -rf target
    awk '{ print $1 + $2 }' cpu
)

# The crates under the user's own and ours.
crates() {
    (cd "$scratch/$1" && cargo tree --offline -e normal --prefix none --format '{p}') |
        sed 's/ (.*//' | sort -u | grep -Evc '^(user|handoff|handoff-[a-z]+) '
}

for profile in "${@:-dev}"; do
    for features in full least; do
        for _ in $(seq "$rounds"); do
            echo "$profile $features $(cold "plain-$features" "$profile")" \
                "$(cold "handoff-$features" "$profile") $(cold "lean-$features" "$profile")"
        done
    done
done | tee /dev/stderr | python3 -c '
import statistics, sys
rounds = {}
for line in sys.stdin:
    profile, features, *times = line.split()
    rounds.setdefault((profile, features), []).append([float(time) for time in times])
for (profile, features), times in rounds.items():
    plain, handoff, lean = (statistics.median(side) for side in zip(*times))
    ratios = [statistics.median(time[side] / time[0] for time in times) for side in (1, 2)]
    print(
        f"{profile:8} tokio {features}: tokio + serde + schemars {plain:.1f} CPU-s, "
        f"handoff {handoff:.1f}, ratio {ratios[0]:.2f}, lean {lean:.1f}, ratio {ratios[1]:.2f}"
    )
'
echo "crates   handoff $(crates handoff-least), lean $(crates lean-least), tokio + serde + schemars $(crates plain-least)"

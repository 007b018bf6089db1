#!/usr/bin/env bash
# Runs a Restate server on loopback, with a folder of its own, and without telemetry.
#
#   crates/handoff-restate/server/start.sh [FOLDER [INGRESS [ADMIN [NODE]]]]
#
# keeps its data in FOLDER (or in one that is removed at the end), and listens on the ports INGRESS (8080), ADMIN (9070)
# and NODE (5122). Once it answers, its process id is printed. It ends with this script, which ends when its standard
# input does: with whoever started it, whatever becomes of them.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
installed=${HANDOFF_RESTATE_SERVER:-${CARGO_TARGET_DIR:-$here/../../../target}/restate-server}
binary=$(compgen -G "$installed/node_modules/@restatedev/*/bin/restate-server" | head -n 1) || {
    echo "there is no server in $installed: $here/install.sh puts it there" >&2
    exit 1
}

folder=${1-}
ingress=${2-8080}
admin=${3-9070}
node=${4-5122}
server='' input=''

end() {
    trap - EXIT INT TERM
    # What it has acknowledged is on the disk.
    [[ -z $server ]] || kill -KILL "$server" 2>/dev/null || true
    [[ -z $input ]] || kill "$input" 2>/dev/null || true
    wait
    [[ -z ${mine-} ]] || rm -rf "$mine"
}
trap end EXIT
trap 'exit 130' INT TERM

if [[ -z $folder ]]; then
    mine=$(mktemp -d)
    folder=$mine
fi
mkdir -p "$folder"

export RESTATE_DISABLE_TELEMETRY=true DO_NOT_TRACK=1
export RESTATE_LISTEN_MODE=tcp RESTATE_BIND_IP=127.0.0.1 RESTATE_ADVERTISED_HOST=127.0.0.1
export RESTATE_BASE_DIR=$folder RESTATE_NODE_NAME=handoff
export RESTATE_INGRESS__BIND_PORT=$ingress RESTATE_ADMIN__BIND_PORT=$admin RESTATE_BIND_PORT=$node
# Small enough for a machine that does other things, too.
export RESTATE_DEFAULT_NUM_PARTITIONS=${RESTATE_DEFAULT_NUM_PARTITIONS-4}
export RESTATE_ROCKSDB_TOTAL_MEMORY_SIZE=${RESTATE_ROCKSDB_TOTAL_MEMORY_SIZE-"256 MiB"}
# It asks a forge for newer releases of itself, and complains where it cannot.
export RESTATE_LOG_FILTER=${RESTATE_LOG_FILTER-warn,octocrab=off} RESTATE_LOG_DISABLE_ANSI_CODES=true

"$binary" --no-logo </dev/null >>"$folder/server.log" 2>&1 &
server=$!
# Ends when the standard input does. Without the redirection, a job in the background would have none.
cat <&0 >/dev/null &
input=$!

until curl --silent --fail --max-time 1 "127.0.0.1:$admin/health" >/dev/null &&
    curl --silent --fail --max-time 1 "127.0.0.1:$ingress/restate/health" >/dev/null; do
    kill -0 "$server" 2>/dev/null || {
        echo "the server has ended:" >&2
        tail -n 20 "$folder/server.log" >&2
        exit 1
    }
    kill -0 "$input" 2>/dev/null || exit 0
    sleep 0.05
done
echo "$server"
wait -n "$server" "$input" || true

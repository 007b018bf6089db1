#!/usr/bin/env bash
# Installs the Restate server that the tests and the example run on, once. It needs Node 20 and its package registry.
#
#   crates/handoff-restate/server/install.sh
#
# puts it into target/restate-server, or where HANDOFF_RESTATE_SERVER says. 230 MB, which `cargo clean` removes.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=${HANDOFF_RESTATE_SERVER:-${CARGO_TARGET_DIR:-$here/../../../target}/restate-server}

if cmp --silent "$here/package-lock.json" "$folder/package-lock.json" && compgen -G "$folder/node_modules/@restatedev/*" >/dev/null; then
    exit 0
fi
command -v npm >/dev/null || {
    echo "install Node 20 or newer: the server comes as one of its packages" >&2
    exit 1
}
mkdir -p "$folder"
cp "$here/package.json" "$here/package-lock.json" "$folder"
# The packages of the platforms themselves, and not the one around them, whose dependency reports installations.
npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --loglevel error

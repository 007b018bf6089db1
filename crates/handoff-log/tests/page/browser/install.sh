#!/usr/bin/env bash
# Installs what the page is tested with, where it is not: Chromium, and Node to drive it.
set -euo pipefail

missing=()
command -v chromium >/dev/null || missing+=(chromium)
command -v node >/dev/null || missing+=(nodejs)
if [ ${#missing[@]} -eq 0 ]; then
    exit 0
fi
if ! command -v apt-get >/dev/null; then
    echo "install ${missing[*]}, and name the browser in HANDOFF_BROWSER" >&2
    exit 1
fi
sudo=$(command -v sudo || true)
$sudo apt-get update -qq
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" fonts-dejavu-core

#!/usr/bin/env bash
# Brings a bare Debian container what an action, the window tests and the bundler ask for before src-tauri/run.sh can look after itself.
set -euo pipefail
apt-get update
DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ca-certificates curl git build-essential nodejs npm
# The folder belongs to the user of the machine around the container.
git config --global --add safe.directory "$PWD"

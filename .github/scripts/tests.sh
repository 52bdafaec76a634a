#!/usr/bin/env bash
# Runs the tests that a system without a WebDriver of its own can run, which is each but Linux: the crates', the engine's, the window's scripts'.
set -euo pipefail
cd "$(dirname "$0")/../.."
node --test tests/ui/*.test.js
cargo test --workspace --locked --no-fail-fast

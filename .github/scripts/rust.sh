#!/usr/bin/env bash
# Installs the version of Rust that RUSTUP_TOOLCHAIN names, the same on every machine that builds a release, with what .ci/run needs of it.
set -euo pipefail
: "${RUSTUP_TOOLCHAIN:?names no version of Rust}"
if ! command -v rustup >/dev/null 2>&1; then
  installer=$(mktemp)
  curl --proto =https --tlsv1.2 -fsSL -o "$installer" https://sh.rustup.rs
  sh "$installer" -y --profile minimal --default-toolchain none --no-modify-path
  rm "$installer"
  PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
  [ -z "${GITHUB_PATH:-}" ] || echo "${CARGO_HOME:-$HOME/.cargo}/bin" >>"$GITHUB_PATH"
fi
rustup toolchain install "$RUSTUP_TOOLCHAIN" --profile minimal --component clippy --component rustfmt
rustc --version

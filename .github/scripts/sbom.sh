#!/usr/bin/env bash
# Writes what Aloft is made of, as CycloneDX: sbom.sh FOLDER
#   aloft-VERSION.rust.cdx.json      crates of the program, for every system
#   aloft-VERSION.window.cdx.json    JavaScript libraries of its window
# Installs cargo-cyclonedx below target/ where it is not there.
set -euo pipefail
[ $# -eq 1 ] || { echo "sbom.sh: takes a folder" >&2; exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd)
cd "$(dirname "$0")/../.."
version=$(.github/scripts/version.sh)
PATH="$PWD/target/tools/bin:$PATH"

cargo cyclonedx --version >/dev/null 2>&1 || cargo install cargo-cyclonedx@0.5.9 --locked --root target/tools
# It writes beside each crate's Cargo.toml; only the program's is wanted, which names all below it.
cargo cyclonedx --format json --spec-version 1.5 --all --target all --override-filename aloft.cdx
mv aloft.cdx.json "$out/aloft-$version.rust.cdx.json"
find src-tauri -name aloft.cdx.json -delete
npm sbom --sbom-format cyclonedx --omit dev --package-lock-only >"$out/aloft-$version.window.cdx.json"
ls -l "$out"

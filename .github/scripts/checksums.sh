#!/usr/bin/env bash
# Writes SHA256SUMS of all files in a folder, to be checked with `sha256sum --check SHA256SUMS` there: checksums.sh FOLDER
set -euo pipefail
[ $# -eq 1 ] || { echo "checksums.sh: takes a folder" >&2; exit 2; }
cd "$1"
sums=$(find . -type f ! -name SHA256SUMS -printf '%P\n' | LC_ALL=C sort | while IFS= read -r file; do sha256sum -- "$file"; done)
[ -n "$sums" ] || { echo "checksums.sh: $1 holds no file" >&2; exit 1; }
printf '%s\n' "$sums" | tee SHA256SUMS

#!/usr/bin/env bash
# Prints the version that Cargo.toml states. With a tag as its argument it fails unless that is the version's: v0.1.0 for 0.1.0.
set -euo pipefail
cd "$(dirname "$0")/../.."

version=$(sed -n '/^\[workspace\.package\]/,/^\[/s/^version *= *"\(.*\)"/\1/p' Cargo.toml)
[ -n "$version" ] || { echo "version.sh: Cargo.toml states no version" >&2; exit 1; }
if [ $# -gt 0 ] && [ "$1" != "v$version" ]; then
  echo "version.sh: the tag is $1, but Cargo.toml states $version: change one of them" >&2
  exit 1
fi
echo "$version"

#!/bin/sh
# Builds Aloft as people install it and puts the packages into target/packages: deb and rpm on Linux, dmg on macOS, an installer on Windows (Git's sh).
#
#   sh packaging/bundle.sh
#
# Two builds of one commit on one kind of system hold the same files: every input is locked, and no path of the machine goes into the program.
# CARGO_TARGET_DIR puts the build elsewhere; ALOFT_BUNDLE_CONFIG is merged into tauri.conf.json, for a certificate to sign with.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
PATH="$root/target/tools/node/bin:${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
export PATH

run() { printf '+ %s\n' "$*"; "$@"; }

case $(uname -s) in
  Linux) bundles=deb,rpm target= ;;
  # One program for both kinds of Mac.
  Darwin) bundles=app,dmg target=universal-apple-darwin ;;
  MINGW* | MSYS* | CYGWIN*) bundles=nsis target= ;;
  *) printf 'bundle.sh: no packages are made on %s\n' "$(uname -s)" >&2 && exit 1 ;;
esac

case $bundles in
  nsis) run powershell -ExecutionPolicy Bypass -File src-tauri/run.ps1 -Setup ;;
  *) run sh src-tauri/run.sh --setup ;;
esac
if [ "$target" = universal-apple-darwin ]; then run rustup target add aarch64-apple-darwin x86_64-apple-darwin; fi
run npm ci --prefix packaging --ignore-scripts --no-audit --no-fund

# Panics name source files. They must not name the folders of whoever built the program.
separator=$(printf '\037')
CARGO_ENCODED_RUSTFLAGS="--remap-path-prefix=$root=/aloft${separator}--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo"
export CARGO_ENCODED_RUSTFLAGS

run packaging/node_modules/.bin/tauri build --ci --bundles "$bundles" ${target:+--target "$target"} ${ALOFT_BUNDLE_CONFIG:+--config "$ALOFT_BUNDLE_CONFIG"} \
  -- --profile dist --locked

packages=${CARGO_TARGET_DIR:-target}/packages
built=${CARGO_TARGET_DIR:-target}${target:+/$target}/dist
rm -rf "$packages"
mkdir -p "$packages"
find "$built/bundle" -maxdepth 2 -type f \( -name '*.deb' -o -name '*.rpm' -o -name '*.dmg' -o -name '*-setup.exe' \) -exec cp {} "$packages" \;
ls -l "$packages"

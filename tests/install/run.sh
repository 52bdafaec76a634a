#!/bin/sh
# Tries the packages for Linux: what is in them, and a whole life on a bare Debian 12 and a bare Debian 13.
#
#   sh tests/install/run.sh
#
# Makes the packages first where target/packages has none; ALOFT_PACKAGES names another folder. Installs the tools where it may. The bare systems need
# the user root and debootstrap, and come from the mirror that this machine uses, or from ALOFT_MIRROR; without them those trials are skipped, by name.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
cd "$root"
PATH="$root/target/tools/node/bin:${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
export PATH

missing=
for tool in debootstrap Xvfb xdotool desktop-file-validate appstreamcli rpm; do
  command -v "$tool" >/dev/null 2>&1 || missing="$missing $tool"
done
if [ -n "$missing" ] && command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" -eq 0 ]; then
  set -x
  apt-get update
  env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends debootstrap xvfb xdotool desktop-file-utils appstream rpm
  { set +x; } 2>/dev/null
fi

if [ -z "${ALOFT_PACKAGES:-}" ] && ! ls target/packages/*.deb >/dev/null 2>&1; then sh packaging/bundle.sh; fi
exec node --test --test-reporter=tap tests/install/*.test.mjs

#!/bin/sh
# Installs what the tests need and runs them all; the last line is "N passed, N failed, N skipped".
#
#   sh tests/run.sh           with a sample of the long ones, ALOFT_SEED chooses which (random unless set)
#   sh tests/run.sh --long    with all of the long ones, and the packages tried on bare systems
#
# Window tests need Linux, where they open a display of their own. ALOFT_WINDOW=required makes it a failure when they can't run.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
PATH="$root/target/tools/node/bin:${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
export PATH

case ${1:-} in
  --long) ALOFT_LONG=1 && export ALOFT_LONG ;;
  '') ;;
  *) printf 'tests/run.sh: takes --long or nothing, not %s\n' "$1" >&2 && exit 2 ;;
esac
ALOFT_SEED=${ALOFT_SEED:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
export ALOFT_SEED CARGO_TERM_COLOR=never
printf 'ALOFT_SEED=%s\n' "$ALOFT_SEED"

has() { command -v "$1" >/dev/null 2>&1; }

# The commands that the window tests drive, and shellcheck; one a line when missing.
missing_tools() {
  for tool in WebKitWebDriver Xvfb openbox xdotool wmctrl dbus-daemon gnome-keyring-daemon secret-tool import shellcheck; do
    has "$tool" || echo "$tool"
  done
  /usr/bin/python3 -c 'import gi; gi.require_version("Gtk", "3.0"); from gi.repository import Gtk' 2>/dev/null || echo "GTK 3 for /usr/bin/python3"
}

install_tools() {
  [ -n "$(missing_tools)" ] || return 0
  if has apt-get && { [ "$(id -u)" -eq 0 ] || has sudo; }; then
    root_prefix=
    [ "$(id -u)" -eq 0 ] || root_prefix=sudo
    set -x
    $root_prefix apt-get update
    $root_prefix env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      webkit2gtk-driver xvfb openbox xdotool wmctrl dbus gnome-keyring libsecret-tools imagemagick python3-gi gir1.2-gtk-3.0 fonts-dejavu-core shellcheck
    { set +x; } 2>/dev/null
  fi
  # Elsewhere the tests that need one of them are skipped, by name.
  missing_tools | sed 's/^/missing for some tests: /'
}

# step NAME COMMAND…: shows the output and keeps it, with the exit status, for the summary.
logs=target/tests
step() {
  name=$1 && shift
  printf '\n== %s: %s\n' "$name" "$*"
  { status=0; "$@" || status=$?; echo "$status" >"$logs/$name.status"; } 2>&1 | tee "$logs/$name.log"
}

sh src-tauri/run.sh --setup
install_tools
[ -x node_modules/.bin/tsc ] || npm ci --ignore-scripts --no-audit --no-fund
rm -rf "$logs"
mkdir -p "$logs"

step types npm run --silent types
step ui node --test --test-reporter=tap tests/ui/*.test.js
step scripts node --test --test-reporter=tap tests/run/*.test.mjs
# Which crate each test program belongs to, before any of them runs.
cargo metadata --no-deps --format-version 1 --locked >"$logs/metadata.json"
step build sh -c "cargo test --workspace --locked --no-run --message-format=json-render-diagnostics >$logs/programs.json"
step rust cargo test --workspace --locked --no-fail-fast
# Makes the packages first, which takes as long as everything above.
if [ -n "${ALOFT_LONG:-}" ] && [ "$(uname -s)" = Linux ]; then step install sh tests/install/run.sh; fi

exec node tests/run/summary.mjs "$logs"

#!/bin/sh
# Installs what Aloft's build needs and is missing, builds Aloft and starts it. Each command is printed before it runs.
#
#   sh src-tauri/run.sh [argument of Aloft…]    install, build, start
#   sh src-tauri/run.sh --dev [argument…]       install, build for development, start the demo; a change of a script or style in ui/ needs only a reload
#   sh src-tauri/run.sh --setup                 install only, neither build nor start
#   sh src-tauri/run.sh --check                 say what is missing; 0 when nothing is
#   sh src-tauri/run.sh --plan OS               what a fresh debian, fedora, arch, suse or macos would go through
#
# On a ready machine nothing is installed and no network is used.
set -eu

caller=$(pwd)
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
PATH="$root/target/tools/node/bin:${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
export PATH

rust_wanted=$(sed -n 's/^rust-version *= *"\(.*\)"/\1/p' Cargo.toml)
node_wanted=18
node_release=https://nodejs.org/dist/latest-v22.x

say() { printf '%s\n' "$*"; }
fail() { printf 'run.sh: %s\n' "$*" >&2; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }

# Prints a command the way it could be typed. No word of ours holds a quote.
show() {
  line=+
  for word in "$@"; do
    case $word in *[!A-Za-z0-9@%+=:,./_-]*) word="'$word'" ;; esac
    line="$line $word"
  done
  say "$line"
}

run() {
  show "$@"
  [ "$mode" = plan ] || "$@" || fail "the last command failed; mend what it says and start this again"
}

# Runs a command as root, directly or through sudo.
as_root() {
  if [ "$mode" = plan ]; then show sudo "$@"
  elif [ "$(id -u)" -eq 0 ]; then run "$@"
  elif ! has sudo; then fail "this needs root, and there is no sudo: run '$*' as root, then start this again"
  elif [ -t 0 ]; then
    show sudo "$@"
    if [ -z "${agreed:-}" ]; then
      printf 'Run this with sudo? [Y/n] '
      read -r answer
      case $answer in [nN]*) fail "nothing was installed; run it yourself, then start this again" ;; esac
      agreed=yes
    fi
    sudo "$@" || fail "the last command failed; mend what it says and start this again"
  else run sudo -n "$@"
  fi
}

# at_least HAVE WANTED: compares major.minor.
at_least() {
  awk -v have="$1" -v want="$2" 'BEGIN { split(have, h, "."); split(want, w, "."); exit !(h[1] > w[1] || (h[1] == w[1] && h[2] >= w[2])) }'
}

# What is there. A plan is for a fresh machine, where nothing is.
fresh() { [ "$mode" = plan ]; }
webkit_ready() { ! fresh && has pkg-config && pkg-config --exists webkit2gtk-4.1; }
compiler_ready() { ! fresh && if [ "$os" = macos ]; then xcode-select -p >/dev/null 2>&1; else has cc; fi; }
rust_ready() { ! fresh && has cargo && has rustc && at_least "$(rustc --version 2>/dev/null | cut -d' ' -f2)" "$rust_wanted"; }
node_ready() { ! fresh && has node && has npm && at_least "$(node --version | tr -d v)" "$node_wanted"; }
ui_ready() { ! fresh && [ -f ui/vendor/.stamp ] && [ "$(checksum package-lock.json)" = "$(cut -d' ' -f1 ui/vendor/.stamp)" ]; }

checksum() { if has sha256sum; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d' ' -f1; }

this_system() {
  if [ "$(uname -s)" = Darwin ]; then echo macos
  elif has apt-get; then echo debian
  elif has dnf; then echo fedora
  elif has pacman; then echo arch
  elif has zypper; then echo suse
  else echo unknown
  fi
}

# Names of the system's packages that are missing, on one line.
missing_packages() {
  case $os in
    debian) webkit=libwebkit2gtk-4.1-dev compiler=build-essential node='nodejs npm' certificates=ca-certificates ;;
    fedora) webkit='webkit2gtk4.1-devel pkgconf-pkg-config' compiler='gcc gcc-c++ make' node='nodejs npm' certificates= ;;
    arch) webkit='webkit2gtk-4.1 pkgconf' compiler=base-devel node='nodejs npm' certificates= ;;
    suse) webkit='pkgconfig(webkit2gtk-4.1) pkgconf-pkg-config' compiler='gcc gcc-c++ make' node='nodejs-default npm-default' certificates= ;;
    *) return 0 ;;
  esac
  names=
  webkit_ready || names="$names $webkit"
  compiler_ready || names="$names $compiler"
  { ! fresh && has curl; } || names="$names curl $certificates"
  # One that is too old is not made newer by the system's packages: install_node sees to it.
  if fresh || ! has node; then names="$names $node"; elif ! has npm; then names="$names ${node#* }"; fi
  # shellcheck disable=SC2086 # one blank between the names
  echo $names
}

install_packages() {
  packages=$(missing_packages)
  if [ "$os" = macos ]; then
    compiler_ready || install_command_line_tools
  elif [ -n "$packages" ]; then
    # shellcheck disable=SC2086 # a list of names
    case $os in
      debian)
        as_root apt-get update
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages
        ;;
      fedora) as_root dnf install -y $packages ;;
      # Arch has no partial upgrades: a package comes with the system as it is today.
      arch) as_root pacman -Syu --needed --noconfirm $packages ;;
      suse) as_root zypper --non-interactive install --no-recommends $packages ;;
    esac
  fi
}

install_command_line_tools() {
  run xcode-select --install
  fresh && return
  say "Waiting for the command line tools: agree in the window that macOS shows. Ctrl+C stops this."
  until xcode-select -p >/dev/null 2>&1; do sleep 5; done
}

# Rust from rustup, which the distributions' packages are too old to replace.
install_rust() {
  if ! fresh && has rustup; then
    run rustup toolchain install stable --profile minimal
    RUSTUP_TOOLCHAIN=stable
    export RUSTUP_TOOLCHAIN
  else
    run mkdir -p target/tools
    run curl --proto =https --tlsv1.2 -fsSL -o target/tools/rustup.sh https://sh.rustup.rs
    # A cargo of the system may stay: ours comes first in PATH.
    run env RUSTUP_INIT_SKIP_PATH_CHECK=yes sh target/tools/rustup.sh -y --profile minimal
  fi
}

# A Node of our own under target/, for systems that have none or one too old. Only the build uses it.
install_node() {
  case $(uname -m) in arm64 | aarch64) arch=arm64 ;; *) arch=x64 ;; esac
  ! fresh || arch=arm64
  if [ "$os" = macos ]; then arch=darwin-$arch; else arch=linux-$arch; fi
  run mkdir -p target/tools/node
  run curl --proto =https --tlsv1.2 -fsSL -o target/tools/node.sums "$node_release/SHASUMS256.txt"
  if fresh; then archive=node-v22.X.Y-$arch.tar.gz; else archive=$(sed -n "s/^[0-9a-f]*  \(node-v[0-9.]*-$arch\.tar\.gz\)\$/\1/p" target/tools/node.sums); fi
  [ -n "$archive" ] || fail "nodejs.org has no Node for $arch: install Node $node_wanted or newer, then start this again"
  run curl --proto =https --tlsv1.2 -fsSL -o target/tools/node.tar.gz "$node_release/$archive"
  fresh || grep -q "^$(checksum target/tools/node.tar.gz)  $archive\$" target/tools/node.sums || fail "$archive is not what nodejs.org says it is: nothing was installed"
  run tar -xzf target/tools/node.tar.gz -C target/tools/node --strip-components=1
}

prepare_ui() {
  run npm ci --ignore-scripts --no-audit --no-fund
  run node src-tauri/vendor.mjs
}

# Says what is missing, one a line.
missing() {
  packages=$(missing_packages)
  [ -z "$packages" ] || say "missing packages: $packages"
  [ "$os" != macos ] || compiler_ready || say "missing: the command line tools (xcode-select --install)"
  rust_ready || say "missing: Rust $rust_wanted or newer"
  node_ready || say "missing: Node $node_wanted or newer, with npm"
  ui_ready || say "missing: the window's libraries of package-lock.json in ui/vendor"
}

install() {
  install_packages
  rust_ready || install_rust
  # The packages of a fresh Linux bring a Node that will do.
  { fresh && [ "$os" != macos ]; } || node_ready || install_node
  ui_ready || prepare_ui
}

mode=start
case ${1:-} in
  --plan)
    mode=plan os=${2:-}
    case $os in debian | fedora | arch | suse | macos) ;; *) fail "--plan takes debian, fedora, arch, suse or macos" ;; esac
    ;;
  --check | --setup) mode=${1#--} os=$(this_system) ;;
  --dev) mode=dev os=$(this_system) && shift ;;
  *) os=$(this_system) ;;
esac

if [ "$mode" = check ]; then
  lacking=$(missing)
  [ -n "$lacking" ] || exit 0
  say "$lacking"
  exit 1
fi
if [ "$os" = unknown ] && { ! webkit_ready || ! compiler_ready; }; then
  fail "this system's packages are not known here. Install WebKitGTK 4.1 with its headers (pkg-config name webkit2gtk-4.1) and a C compiler, then start this again"
fi
install
[ "$mode" != setup ] || exit 0
target=${CARGO_TARGET_DIR:-target}
case $target in /*) ;; *) [ "$mode" = plan ] || target=$root/$target ;; esac
if [ "$mode" = dev ]; then
  run cargo build --locked
  cd "$caller"
  # A folder of its own: trying a change never touches the developer's own deployments.
  show env "ALOFT_UI=$root/ui" "$target/debug/aloft" --demo --data-dir "$target/dev-data" "$@"
  ALOFT_UI=$root/ui exec "$target/debug/aloft" --demo --data-dir "$target/dev-data" "$@"
fi
run cargo build --release --locked
if [ "$mode" = plan ]; then show "$target/release/aloft" && exit 0; fi
cd "$caller"
exec "$target/release/aloft" "$@"

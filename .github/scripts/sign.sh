#!/usr/bin/env bash
# Prepares signing for packaging/bundle.sh, as far as certificates are given in the environment. Where none is, says so and leaves the packages unsigned.
# What the next step needs goes to the file GITHUB_ENV, or to standard output when this is run by hand.
#
#   macos      APPLE_CERTIFICATE (base64 of a .p12), APPLE_CERTIFICATE_PASSWORD, and to notarise APPLE_ID, APPLE_PASSWORD, APPLE_TEAM_ID
#   windows    WINDOWS_CERTIFICATE (base64 of a .pfx), WINDOWS_CERTIFICATE_PASSWORD
set -euo pipefail

notice() { printf '::notice title=Signing::%s\n' "$*" >&2; }
given() { [ -n "${!1:-}" ]; }
# Values may have more than one line.
hand_over() {
  for name in "$@"; do
    given "$name" || continue
    value=$(printf '%s<<END_OF_VALUE\n%s\nEND_OF_VALUE' "$name" "${!name}")
    if given GITHUB_ENV; then printf '%s\n' "$value" >>"$GITHUB_ENV"; else printf '%s\n' "$value"; fi
  done
}

case ${1:-} in
  macos)
    if ! given APPLE_CERTIFICATE; then
      notice "no APPLE_CERTIFICATE: the dmg is signed ad hoc and not notarised, and macOS warns whoever opens it"
      # Without any signature an Apple-silicon Mac does not start the program at all.
      export APPLE_SIGNING_IDENTITY=-
      hand_over APPLE_SIGNING_IDENTITY
      exit 0
    fi
    given APPLE_CERTIFICATE_PASSWORD || { echo "sign.sh: APPLE_CERTIFICATE_PASSWORD is not set" >&2; exit 1; }
    hand_over APPLE_CERTIFICATE APPLE_CERTIFICATE_PASSWORD
    if given APPLE_ID && given APPLE_PASSWORD && given APPLE_TEAM_ID; then
      hand_over APPLE_ID APPLE_PASSWORD APPLE_TEAM_ID
    else
      notice "APPLE_ID, APPLE_PASSWORD or APPLE_TEAM_ID is not set: the dmg is signed and not notarised"
    fi
    ;;
  windows)
    if ! given WINDOWS_CERTIFICATE; then
      notice "no WINDOWS_CERTIFICATE: the installer is not signed, and Windows warns whoever starts it"
      exit 0
    fi
    given WINDOWS_CERTIFICATE_PASSWORD || { echo "sign.sh: WINDOWS_CERTIFICATE_PASSWORD is not set" >&2; exit 1; }
    ALOFT_BUNDLE_CONFIG=$(powershell -NoProfile -ExecutionPolicy Bypass -File "$(dirname "$0")/certificate.ps1")
    export ALOFT_BUNDLE_CONFIG
    hand_over ALOFT_BUNDLE_CONFIG
    ;;
  *) echo "sign.sh: takes macos or windows" >&2; exit 2 ;;
esac

#!/usr/bin/env bash
# Prints what CHANGELOG.md says of a version, as the notes of its release: notes.sh 0.1.0
# The version's heading begins with "## 0.1.0". Fails where there is none, or nothing stands below it.
#   CHANGELOG   another file to read
set -euo pipefail
[ $# -eq 1 ] || { echo "notes.sh: takes a version, such as 0.1.0" >&2; exit 2; }
changelog=${CHANGELOG:-"$(dirname "$0")/../../CHANGELOG.md"}

# Blank lines at both ends are left out. The heading's version is compared as text: a dot is a dot.
notes=$(awk -v version="$1" '
  /^## / { inside = $2 == version; next }
  inside && (NF || text) { text = text $0 "\n" }
  END { sub(/\n+$/, "", text); print text }
' "$changelog")
if [ -z "$notes" ]; then
  echo "notes.sh: CHANGELOG.md has nothing below \"## $1\": call its section Unreleased that, with the date behind it" >&2
  exit 1
fi
printf '%s\n' "$notes"

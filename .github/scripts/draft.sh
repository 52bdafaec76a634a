#!/usr/bin/env bash
# Drafts the release of a tag with the files of a folder: draft.sh v0.1.0 FOLDER. Somebody reads it, tries it and publishes it by hand.
# A draft that is there already gets the files and notes anew; a published release is never touched. Needs gh, signed in (GH_TOKEN).
set -euo pipefail
[ $# -eq 2 ] || { echo "draft.sh: takes a tag and a folder" >&2; exit 2; }
tag=$1 folder=$2
scripts=$(dirname "$0")
version=$("$scripts/version.sh" "$tag")
notes=$(mktemp)
trap 'rm -f "$notes"' EXIT
"$scripts/notes.sh" "$version" >"$notes"

if draft=$(gh release view "$tag" --json isDraft --jq .isDraft 2>/dev/null); then
  [ "$draft" = true ] || { echo "draft.sh: $tag is published already; a changed release gets a new version" >&2; exit 1; }
  gh release edit "$tag" --draft --title "Aloft $version" --notes-file "$notes"
  gh release upload "$tag" "$folder"/* --clobber
else
  gh release create "$tag" --draft --verify-tag --title "Aloft $version" --notes-file "$notes" "$folder"/*
fi

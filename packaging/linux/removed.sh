#!/bin/sh
# Runs after the package is removed. What people deployed is theirs: it stays, and this says where.
# The first word is 0 for rpm and "remove" for deb when nothing of the package remains; anything else is an update.
case ${1:-} in
  0 | remove) ;;
  *) exit 0 ;;
esac
cat <<'TEXT'
Aloft is removed. Each person's deployments and settings stay in
  ~/.local/share/dev.aloft.desktop
and their API key stays in their system's keychain. Delete both by hand to be rid of them.
Deployments that run go on, and cost: https://console.akash.network closes them, and so does Aloft when it is installed again.
TEXT

#!/usr/bin/env bash
# Runs a command in a session as a desktop user has one: a session bus and an unlocked keyring (Secret Service), so
# that the keychain is a real one. The keyring lives in a throw-away folder of its own and goes with the command.
#   test/lab/session.sh npx vitest run …
set -euo pipefail
data=$(mktemp -d "${TMPDIR:-/tmp}/hardshell-session.XXXXXX")
trap 'rm -rf "$data"' EXIT
export XDG_DATA_HOME=$data/share XDG_RUNTIME_DIR=$data/run
mkdir -p "$XDG_DATA_HOME" "$XDG_RUNTIME_DIR"
chmod 700 "$XDG_RUNTIME_DIR"
dbus-run-session -- bash -c '
  eval "$(printf lab | gnome-keyring-daemon --unlock --components=secrets 2>/dev/null)"
  "$@"' bash "$@"

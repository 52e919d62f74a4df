#!/usr/bin/env bash
# Fetches Debian packages that are newer than Debian 12's without mixing them into this machine, and prints the folder
# where they lie unpacked (usr/bin/…), the .deb files beside them in debs/:
#   caddy   >= 2.11   (Debian 12 has 2.6, which knows no ACME profiles)
#   pebble  >= 2.10   an ACME server for tests, with certificate profiles
# Both are static enough to run on Debian 12, here and in the lab's servers.
set -euo pipefail
dir=${HARDSHELL_LAB_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/hardshell-lab}/debs
if [[ ! -x $dir/usr/bin/caddy || ! -x $dir/usr/bin/pebble ]]; then
  mkdir -p "$(dirname "$dir")"
  work=$(mktemp -d "$dir.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Codename: bookworm' | grep -m1 '/debian/*$')
  keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  mkdir -p "$work"/{lists/partial,cache/archives/partial,root}
  echo "deb [signed-by=$keyring] $mirror forky main" >"$work/sources.list"
  apt=(-qq -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=root)
  apt-get "${apt[@]}" update >&2
  (cd "$work" && apt-get "${apt[@]}" download caddy pebble >&2)
  for deb in "$work"/*.deb; do dpkg -x "$deb" "$work/root"; done
  mkdir -p "$work/root/debs" && mv "$work"/*.deb "$work/root/debs/"
  rm -rf "$dir" && mv "$work/root" "$dir"
fi
echo "$dir"

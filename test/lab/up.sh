#!/usr/bin/env bash
# Brings up what the integration tests run against: a Docker engine, images of a rented server, Debian and Node.js.
# Idempotent; once everything is there it takes well under a second.
#
# On Debian or Ubuntu as root it installs and starts what is missing. Elsewhere it uses the Docker engine that is
# there. Ends with 0 when the lab is up, with 3 and one line that says why when this machine cannot have it, with
# anything else when it should have worked.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cannot=3

say() { echo "lab: $*" >&2; }
engine_answers() { docker info >/dev/null 2>&1; }
may_install() { [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null 2>&1; }

install_packages() {
  # the keyring and the bus are for the tests of the secret store, the ssh client for those of the ssh host
  # and a browser, a display without a screen, what Electron is linked against and makes packages for those of the interface
  local wanted=(docker.io iptables debootstrap openssh-client gnome-keyring dbus dbus-x11 libsecret-1-0 xz-utils iproute2
    chromium xvfb xauth libgtk-3-0 libnss3 libasound2 libgbm1 libxss1 libxtst6 libatspi2.0-0 libnotify4 fakeroot)
  local missing=() log
  for package in "${wanted[@]}"; do
    dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
  done
  # a Docker from another source is as good as Debian's
  if command -v dockerd >/dev/null 2>&1; then missing=("${missing[@]/#docker.io/}"); fi
  read -ra missing <<<"${missing[*]:-}" || true
  ((${#missing[@]})) || return 0
  say "installing ${missing[*]}"
  log=$(mktemp)
  export DEBIAN_FRONTEND=noninteractive
  # none of these packages' services shall start by itself on the machine of whoever runs the tests
  local policy=/usr/sbin/policy-rc.d placed=
  if [[ ! -e $policy ]]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy" && placed=1
  fi
  if ! { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    [[ -z $placed ]] || rm -f "$policy"
    tail -20 "$log" >&2
    say "installing packages failed"
    exit 1
  fi
  [[ -z $placed ]] || rm -f "$policy"
  rm -f "$log"
}

# An engine that was killed leaves its files with process ids. The system gives those numbers to others, and a new
# engine that finds one of them alive waits for it in vain.
forget_dead_engine() {
  forget_unless dockerd /var/run/docker.pid
  forget_unless containerd /var/run/docker/containerd/containerd.pid
}

forget_unless() {
  local program=$1 file=$2
  [[ -e $file ]] || return 0
  [[ $(cat "/proc/$(cat "$file")/comm" 2>/dev/null) == "$program" ]] || rm -f "$file"
}

start_engine() {
  local log=/var/log/hardshell-lab-dockerd.log
  say "starting dockerd (log: $log)"
  forget_dead_engine
  setsid nohup dockerd >"$log" 2>&1 </dev/null &
  for _ in $(seq 120); do
    engine_answers && return 0
    sleep 0.25
  done
  tail -20 "$log" >&2
  say "dockerd does not start"
  exit 1
}

# Only one at a time: two runs would install the same packages and seed the same image.
if command -v flock >/dev/null 2>&1 && [[ -z ${HARDSHELL_LAB_LOCKED:-} ]]; then
  export HARDSHELL_LAB_LOCKED=1
  exec flock --close "${TMPDIR:-/tmp}/hardshell-lab-$(id -u).lock" "$0" "$@"
fi

if may_install; then install_packages; fi
if ! engine_answers; then
  if ! command -v docker >/dev/null 2>&1; then
    say "there is no Docker engine on this machine, and installing one needs Debian or Ubuntu and root"
    exit "$cannot"
  fi
  if ! may_install || [[ -n ${DOCKER_HOST:-} ]]; then
    say "the Docker engine of this machine does not answer"
    exit "$cannot"
  fi
  start_engine
fi
"$here/server-image.sh"
"$here/base-images.sh"

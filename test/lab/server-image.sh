#!/usr/bin/env bash
# Seeds the Docker engine with `lab/vps-base:bookworm`: Debian 12 booting systemd with sshd, as a rented server
# arrives. With root and debootstrap it is made from Debian's packages, without an image registry; elsewhere
# from the Dockerfile beside this script. An image that the engine already has is left alone.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
image=lab/vps-base:bookworm
packages=systemd,systemd-sysv,dbus,dbus-user-session,libpam-systemd,openssh-server,ca-certificates,curl,iproute2,iputils-ping,sudo,procps,ufw,iptables,gnupg,xz-utils,less,nano,locales

say() { echo "lab: $*" >&2; }
docker image inspect "$image" >/dev/null 2>&1 && exit 0

work=$(mktemp -d "${TMPDIR:-/var/tmp}/hardshell-lab-image.XXXXXX")
trap 'rm -rf "$work"' EXIT

# Behind a company's wall HTTPS is signed by the company: the server has to trust what this machine trusts.
ca=/etc/ssl/certs/ca-certificates.crt
host_ca=${NODE_EXTRA_CA_CERTS:-$ca}

if [[ $(id -u) == 0 ]] && command -v debootstrap >/dev/null 2>&1; then
  say "making $image from Debian's packages"
  if ! debootstrap --variant=minbase --include="$packages" bookworm "$work/root" >"$work/log" 2>&1; then
    tail -5 "$work/log" >&2
    say "debootstrap failed"
    exit 1
  fi
  rm -rf "$work"/root/var/cache/apt/archives/*.deb
  if [[ -r $host_ca ]]; then cp "$host_ca" "$work/root$ca"; fi
  "$here/prepare-server.sh" "$work/root"
  tar -C "$work/root" -c . | docker import --change "ENV NODE_EXTRA_CA_CERTS=$ca" --change 'ENV container=docker' \
    --change 'EXPOSE 22' --change 'CMD ["/sbin/init"]' - "$image" >/dev/null
else
  say "building $image"
  cp "$here/prepare-server.sh" "$work/"
  if [[ -r $host_ca ]]; then cp "$host_ca" "$work/ca-certificates.crt"; else : >"$work/ca-certificates.crt"; fi
  docker build --quiet --tag "$image" --build-arg "PACKAGES=${packages//,/ }" --file "$here/server.Dockerfile" "$work" >/dev/null
fi

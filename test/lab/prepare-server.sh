#!/bin/sh
# What turns a plain Debian into a server of the lab. Argument: the root of its file system (`/` inside a Dockerfile).
set -eu
root=${1%/}
ca=/etc/ssl/certs/ca-certificates.crt

# sshd and PAM read this file: it carries the trust in this machine's certificates into ssh sessions
printf 'NODE_EXTRA_CA_CERTS=%s\nSSL_CERT_FILE=%s\nCURL_CA_BUNDLE=%s\n' "$ca" "$ca" "$ca" >>"$root/etc/environment"

# systemd in a container cannot own these; a rented server would not miss them
for unit in systemd-udevd.service systemd-modules-load.service systemd-timesyncd.service getty@tty1.service; do
  ln -sf /dev/null "$root/etc/systemd/system/$unit"
done

# every server that starts from the image gets host keys of its own
rm -f "$root"/etc/ssh/ssh_host_*
mkdir -p "$root/etc/systemd/system/ssh.service.d"
printf '[Service]\nExecStartPre=\nExecStartPre=/usr/bin/ssh-keygen -A\nExecStartPre=/usr/sbin/sshd -t\n' \
  >"$root/etc/systemd/system/ssh.service.d/host-keys.conf"

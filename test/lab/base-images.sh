#!/usr/bin/env bash
# Gives the Docker engine what images are built upon: `debian:bookworm-slim`, and `node:24-bookworm-slim` for that of OpenClaw.
# Pulled where a registry of images can be reached, else made from Debian's packages and the npm packages that hold Node.js and
# npm themselves. An image that the engine already has is left alone.
set -euo pipefail
debian=debian:bookworm-slim
node=node:24-bookworm-slim
node_version=24.21.0
npm_version=11.19.1

say() { echo "lab: $*" >&2; }
is_there() { docker image inspect "$1" >/dev/null 2>&1 || docker pull --quiet "$1" >/dev/null 2>&1; }
missing=()
for image in "$debian" "$node"; do is_there "$image" || missing+=("$image"); done
((${#missing[@]})) || exit 0

if [[ $(id -u) != 0 ]] || ! command -v debootstrap >/dev/null 2>&1; then
  say "${missing[*]} cannot be pulled, and making them needs Debian or Ubuntu and root"
  exit 0 # the tests that need them say so
fi
say "making ${missing[*]} from Debian's and npm's packages"
work=$(mktemp -d "${TMPDIR:-/var/tmp}/hardshell-lab-base.XXXXXX")
trap 'rm -rf "$work"' EXIT
files=$work/root
if ! debootstrap --variant=minbase --include=ca-certificates bookworm "$files" >"$work/log" 2>&1; then
  tail -5 "$work/log" >&2
  say "debootstrap failed"
  exit 1
fi
rm -rf "$files"/var/cache/apt/archives/*.deb
# Behind a company's wall HTTPS is signed by the company: the images have to trust what this machine trusts.
ca=/etc/ssl/certs/ca-certificates.crt
host_ca=${NODE_EXTRA_CA_CERTS:-$ca}
if [[ -r $host_ca ]]; then cp "$host_ca" "$files$ca"; fi

import() { tar -C "$files" -c . | docker import --change "ENV NODE_EXTRA_CA_CERTS=$ca" --change "CMD [\"$2\"]" - "$1" >/dev/null; }
is_there "$debian" || import "$debian" bash
is_there "$node" && exit 0
case $(uname -m) in aarch64) platform=linux-arm64 ;; *) platform=linux-x64 ;; esac
mkdir -p "$work/packed" "$files/usr/local/lib/node_modules/npm"
(cd "$work/packed" && npm pack --silent "node-$platform@$node_version" "npm@$npm_version" >/dev/null)
tar -xzf "$work/packed/node-$platform-$node_version.tgz" -C "$files/usr/local" --strip-components=1 package/bin
tar -xzf "$work/packed/npm-$npm_version.tgz" -C "$files/usr/local/lib/node_modules/npm" --strip-components=1
for name in npm npx; do ln -s "../lib/node_modules/npm/bin/$name-cli.js" "$files/usr/local/bin/$name"; done
chmod +x "$files/usr/local/bin/node" "$files"/usr/local/lib/node_modules/npm/bin/*.js
chroot "$files" groupadd --gid 1000 node
chroot "$files" useradd --uid 1000 --gid node --shell /bin/bash --create-home node
import "$node" node
docker run --rm "$node" sh -c 'node --version && npm --version' >/dev/null

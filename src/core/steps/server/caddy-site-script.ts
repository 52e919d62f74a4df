import { CADDY_HOME, CADDY_OPTIONS, CADDY_SOCKET, CADDYFILE } from '../../ingress/caddy-layout.ts';

/** What Caddy says to the new files; the old ones are in force. */
export const EXIT_REFUSED = 67;
/** The Caddyfile is not the one that the new one was made from. */
export const EXIT_CHANGED_MEANWHILE = 69;

const SHARED_IMPORT = CADDY_OPTIONS.replace(/[^/]*$/, '*.options');

const OPENING = `set -eu
PATH=$PATH:/usr/local/bin:/usr/sbin:/sbin
lock() { mkdir -p /run/lock; exec 9>/run/lock/hardshell-caddy.lock; flock -w "$1" 9 || [ $? -eq 1 ]; }
caddy=$(systemctl show caddy.service --property=ExecStart 2>/dev/null | sed -n 's/^.*path=\\([^ ;]*\\) .*$/\\1/p')
[ -x "$caddy" ] || caddy=$(command -v caddy) || caddy=
# "systemctl reload" speaks to where the new configuration has the admin interface; the one that runs may have it elsewhere still
reload() { # $1 Caddyfile
  wanted=no is=no
  if [ -f ${CADDY_OPTIONS} ] && grep -qsF '${SHARED_IMPORT}' "$1"; then wanted=yes; fi
  if grep -q ' ${CADDY_SOCKET}$' /proc/net/unix; then is=yes; fi
  if [ $wanted = $is ] || [ -z "$caddy" ]; then systemctl reload caddy.service; return; fi
  at=localhost:2019
  [ $is = no ] || at=unix/${CADDY_SOCKET}
  pid=$(systemctl show caddy.service --property=MainPID --value)
  # in the environment of the service, which the Caddyfile may need
  if words=$(caddy=$caddy file=$1 at=$at xargs -0 -a "/proc/$pid/environ" sh -c \\
    'exec env "$@" "$caddy" reload --force --adapter caddyfile --config "$file" --address "$at"' env 2>&1); then return 0; fi
  case $words in *' dial '*) systemctl reload caddy.service; return;; esac
  printf '%s\\n' "$words" >&2
  return 1
}`;

/*
 * The new files are shown to Caddy as copies, under its own account (root would leave log files behind that Caddy may not write);
 * then swapped, then read by the one that runs. Whatever it does not like, the old ones are put back and stay in force. A
 * Caddyfile that already fails when looked at (it may need the environment of the service) is judged by the reload alone.
 * $1 folder, $2 the instance's files in it without their endings, $3 Caddyfile, $4 its sha256 ("" for none), then the lengths of
 * what comes on standard input, one behind the other: $5 Caddyfile, $6 site, $7 options, $8 root, $9 options
 * of all sites; 0 takes such a file away
 */
export const SWAP_SITE = `${OPENING}
umask 022
dir=$1 own=$2 file=$3 base=$4
name=\${own##*/} shared=${CADDY_OPTIONS.replace(/^.*\//, '')}
lock 60
mkdir -p "$dir"
for left in "$dir"/.stage.* "\${file%/*}"/.hardshell-trial.*; do [ ! -e "$left" ] || rm -rf "$left"; done
stage=$(mktemp -d "$dir/.stage.XXXXXX") trial=
trap 'rm -rf "$stage" "$trial"' EXIT
# dash leaves the EXIT trap out where a signal ends it
trap 'exit 129' HUP; trap 'exit 130' INT; trap 'exit 143' TERM
chmod 755 "$stage"; mkdir "$stage/new" "$stage/old" "$stage/trial"
cat >"$stage/all"
[ "$(wc -c <"$stage/all")" -eq $(($5 + $6 + $7 + $8 + $9)) ] || { echo "the configuration arrived cut short" >&2; exit 1; }
sum() { [ ! -f "$file" ] || sha256sum "$file" | cut -d' ' -f1; }
[ "$(sum)" = "$base" ] || exit ${String(EXIT_CHANGED_MEANWHILE)}
part() { tail -c +$(($1 + 1)) "$stage/all" | head -c "$2" >"$3"; }
part 0 "$5" "$stage/new/Caddyfile"
[ "$6" -eq 0 ] || part "$5" "$6" "$stage/new/$name.caddy"
[ "$7" -eq 0 ] || part $(($5 + $6)) "$7" "$stage/new/$name.options"
[ "$8" -eq 0 ] || part $(($5 + $6 + $7)) "$8" "$stage/new/$name.pem"
[ "$9" -eq 0 ] || part $(($5 + $6 + $7 + $8)) "$9" "$stage/new/$shared"

# as they will lie there, under other names
for f in "$dir"/*.caddy "$dir"/*.options "$dir"/*.pem; do [ ! -f "$f" ] || cp "$f" "$stage/trial/"; done
rm -f "$stage/trial/$name.caddy" "$stage/trial/$name.options" "$stage/trial/$name.pem" "$stage/trial/$shared"
for f in "$stage/new/$name".* "$stage/new/$shared"; do [ ! -f "$f" ] || cp "$f" "$stage/trial/"; done
for f in "$stage"/trial/*.caddy "$stage"/trial/*.options; do [ ! -f "$f" ] || sed -i "s|$dir/|$stage/trial/|g" "$f"; done
trial=$(mktemp "\${file%/*}/.hardshell-trial.XXXXXX"); chmod 644 "$trial"
sed "s|$dir/|$stage/trial/|g" "$stage/new/Caddyfile" >"$trial"
validate() {
  set -- "$caddy" validate --adapter caddyfile --config "$1"
  if id caddy >/dev/null 2>&1; then set -- runuser -u caddy -- env HOME=/var/lib/caddy "$@"; fi
  "$@" >"$stage/said" 2>&1
}
if [ -n "$caddy" ] && ! validate "$trial"; then
  sed "s|$stage/trial/|$dir/|g; s|$trial|$file|g" "$stage/said" >"$stage/words"
  if [ ! -f "$file" ] || validate "$file"; then tail -n 5 "$stage/words" >&2; exit ${String(EXIT_REFUSED)}; fi
fi

for f in "$own.caddy" "$own.options" "$own.pem" "$dir/$shared"; do [ ! -f "$f" ] || cp -p "$f" "$stage/old/"; done
[ ! -f "$file" ] || cp -p "$file" "$stage/old/Caddyfile"
: >"$own.pending"
put() { # the files of a folder in their places; what it does not have is not there
  for f in "$name.caddy" "$name.options" "$name.pem" "$shared"; do
    if [ -f "$1/$f" ]; then cp -p "$1/$f" "$stage/next"; mv -f "$stage/next" "$dir/$f"; else rm -f "$dir/$f"; fi
  done
  if [ ! -f "$1/Caddyfile" ]; then rm -f "$file"; return; fi
  cmp -s "$1/Caddyfile" "$file" && return
  cp "$1/Caddyfile" "$trial"
  [ ! -f "$file" ] || { chmod --reference="$file" "$trial"; chown --reference="$file" "$trial"; }
  mv -f "$trial" "$file"
}
if [ -n "$base" ] && [ ! -e "$file.before-hardshell" ] && [ "$6" -gt 0 ]; then cp -p "$file" "$file.before-hardshell"; fi
put "$stage/new"
since=$(date +%s) fine=yes
of=--unit=caddy.service
said() { journalctl "$of" --since="@$since" --output=cat --no-pager 2>/dev/null; }
if systemctl is-active --quiet caddy.service; then reload "$file" 2>"$stage/said" || fine=
elif [ "$6" -gt 0 ]; then systemctl enable --quiet caddy.service 2>/dev/null || :; systemctl reset-failed caddy.service 2>/dev/null || :
  if systemctl start caddy.service 2>"$stage/said"; then
    # It says that it is ready before it has its ports: then either it serves, which its log (or, where that is kept
    # elsewhere, its port) tells, or it ends. On a machine that is busy both take their time.
    # Of this start alone: one that somebody has just stopped may have said the same in this very second.
    of=_SYSTEMD_INVOCATION_ID=$(systemctl show caddy.service --property=InvocationID --value)
    pid=$(systemctl show caddy.service --property=MainPID --value) i=0
    while [ $i -lt 80 ]; do
      said | grep -q 'serving initial configuration' && break
      systemctl is-active --quiet caddy.service || { fine=; break; }
      ss -Hltnp 'sport = :443' 2>/dev/null | grep -q "pid=$pid," && break
      sleep 0.25; i=$((i + 1))
    done
  else fine=; fi
fi
if [ -z "$fine" ]; then
  put "$stage/old"
  rm -f "$own.pending"
  said | grep -iE 'error' | tail -n 5 >"$stage/words" || :
  [ -s "$stage/words" ] || cp "$stage/said" "$stage/words"
  cat "$stage/words" >&2
  exit ${String(EXIT_REFUSED)}
fi
rm -f "$own.pending" "$own.caddy.closed"
if [ "$6" -eq 0 ]; then rm -rf "${CADDY_HOME}/hardshell/$name"; rm -f "$file.before-hardshell"; rm -rf "$stage"; rmdir "$dir" 2>/dev/null || :; fi`;

/** The site under a name that Caddy does not read, at once: whoever else works there, whatever else is wrong. $1 as $2 above */
export const CLOSE_SITE = `${OPENING}
own=$1
lock 5
[ -e "$own.caddy" ] || exit 0
mv -f "$own.caddy" "$own.caddy.closed"
! systemctl is-active --quiet caddy.service || reload ${CADDYFILE}`;

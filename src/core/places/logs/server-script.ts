/*
 * Its own files are read by the account, in whose folder they are: root would follow whatever link lies there, to files that are
 * nobody's business. Of each the last piece, so that one without an end is no matter. $1 state folder, $2 `follow` or nothing,
 * $3 the process that it lives by.
 */
export const READ_OWN = `state=$1 follow=$2 lives=$3 most=${String(256 * 1024)}
one() {
  [ -L "$1" ] && return
  [ -n "$2" ] || [ -f "$1" ] || return
  at=0 cut=
  if [ -f "$1" ]; then
    at=$(stat -c %Y "$1")
    [ "$(stat -c %s "$1")" -le $most ] || cut=1d\\;
  elif [ -e "$1" ]; then return; fi
  if [ -n "$2" ]; then tail -c $most -F --pid="$lives" "$1"; else timeout 60 tail -c $most "$1"; fi 2>/dev/null </dev/null | sed -u "\${cut}s/^/i $at /" >&2 &
}
one "$state/logs/gateway-restart.log" "$follow"
for f in $(ls -t "$state"/logs/update-*.log 2>/dev/null | head -n 3); do one "$f" ""; done
wait`;

/*
 * All logs of a server through one program, ended with its standard input, whatever breaks. The journal is one reader for three
 * sources, so that its lines come in order: standard output. Files come on standard error, each line marked with its source: two
 * writers share that pipe, and a line of the audit log is never longer than a pipe takes in one piece. `tail` looks after this shell by itself.
 *
 * $1 account, $2 its unit, $3 lines, $4 `follow` or nothing, $5 since and $6 until (`@seconds`, or nothing), $7 sources,
 * $8 audit log, $9 state folder, $10 what the account runs to read its own files.
 */
export const READ_LOGS = `u=$1 unit=$2 n=$3 follow=$4 since=$5 until=$6 want=" $7 " audit=$8 state=$9 own=\${10}
uid=$(id -u "$u" 2>/dev/null)
ask() { case $want in *" $1 "*) return 0;; *) return 1;; esac; }
set --
if ask gateway && [ -n "$uid" ]; then set -- "$@" + "_UID=$uid" "_SYSTEMD_USER_UNIT=$unit"; fi
if ask service && [ -n "$uid" ]; then set -- "$@" + "_UID=$uid" "USER_UNIT=$unit" + _PID=1 "UNIT=user@$uid.service"; fi
if ask caddy; then set -- "$@" + _SYSTEMD_UNIT=caddy.service + _PID=1 UNIT=caddy.service; fi
journal=
if [ $# -gt 0 ]; then
  shift
  journalctl -q --no-pager --all -o json -n "$n" \${follow:+-f} \${since:+--since="$since"} \${until:+--until="$until"} \\
    --output-fields=MESSAGE,PRIORITY,_SYSTEMD_USER_UNIT,USER_UNIT,_SYSTEMD_UNIT,UNIT "$@" 2>&1 </dev/null &
  journal=$!
fi
if ask audit && [ ! -L "$audit" ] && { [ -n "$follow" ] || [ -f "$audit" ]; }; then
  at=0; [ -f "$audit" ] && at=$(stat -c %Y "$audit")
  tail -n "$n" \${follow:+-F --pid=$$} "$audit" 2>/dev/null </dev/null | sed -u "s/^/a $at /" >&2 &
fi
if ask installer && [ -n "$uid" ]; then
  set -- sh -c "$own" sh "$state" "$follow" $$
  [ "$(id -u)" = "$uid" ] || set -- setpriv --reuid="$uid" --regid="$(id -g "$u")" --init-groups -- "$@"
  "$@" </dev/null &
fi
if [ -n "$follow" ]; then
  cat >/dev/null
  if [ -n "$journal" ]; then kill "$journal" 2>/dev/null; fi
  exit 0
fi
wait`;

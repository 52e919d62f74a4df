/*
 * The shell side of a server's lease. All of it lies in one folder that only root can read:
 *   lock          held with flock for the moment of every operation
 *   lease         line 1: installation, run, end (seconds of this machine's clock); line 2: the holder as JSON
 *   groups/R.N    one running command: session id, start of its leader (clock ticks since boot), boot id
 *   groups/R.N.unwanted  the command was given up before it was recorded
 * A command runs in a session of its own (setsid), so that whoever takes over finds all of its processes, also after the
 * connection that started it is gone.
 */

/** Exit codes of ours, beyond what programs and shells use. */
export const EXIT_HELD = 173;
export const EXIT_BUSY = 175;

const LOCK = `exec 9>"$d/lock"; flock -w 20 9 || exit ${String(EXIT_BUSY)}
inst= run= end=0 json=
[ ! -f "$d/lease" ] || { read -r inst run end; read -r json; } <"$d/lease" || :
now=$(date +%s)`;

/* Ends one group, or all whose record begins with a name: TERM, at most so many seconds, KILL. A recycled id is recognised and left alone. */
const END_GROUPS = `
members() { # the living processes of session $1
  for f in /proc/[0-9]*/stat; do
    read -r l 2>/dev/null <"$f" || continue
    p=\${f#/proc/}; p=\${p%/stat}
    set -- "$1" \${l##*) }
    if [ "$5" = "$1" ] && [ "$2" != Z ]; then echo "$p"; fi
  done
}
alive() {
  read -r sid start boot <"$1" 2>/dev/null || return 1
  [ "$boot" = "$(cat /proc/sys/kernel/random/boot_id)" ] || return 1
  if read -r l 2>/dev/null <"/proc/$sid/stat"; then
    set -- \${l##*) }
    [ "\${20}" = "$start" ] || return 1
  fi
  pids=$(members "$sid")
  [ -n "$pids" ]
}
end_group() { # $1 its record, $2 grace seconds
  [ -f "$1" ] || return 0
  began=$(date +%s) asked=
  while alive "$1"; do
    waited=$(($(date +%s) - began))
    if [ -z "$asked" ]; then asked=1; kill -TERM $pids 2>/dev/null || :
    elif [ $waited -ge "$2" ]; then kill -KILL $pids 2>/dev/null || :
    fi
    [ $waited -lt $(($2 + 10)) ] || exit ${String(EXIT_BUSY)}
    sleep 0.1
  done
  rm -f "$1"
}
end_groups() {
  for g in "$d/groups/$1"*; do end_group "$g" "$2"; done
}`;

/** $1 folder */
export const READ_LEASE = `d=$1
[ -f "$d/lease" ] || exit 0
{ read -r inst run end; read -r json; } <"$d/lease" || exit 0
echo "$((end - $(date +%s)))"; printf '%s\\n' "$json"`;

/** $1 folder, $2 audit log, $3 installation, $4 run, $5 seconds, $6 holder as JSON, $7 a run known to be dead, $8 grace seconds */
export const ACQUIRE_LEASE = `set -u; umask 077
d=$1 audit=$2 my_inst=$3 my_run=$4 ttl=$5 my_json=$6 dead=$7 grace=$8
mkdir -p "$d/groups" "$(dirname -- "$audit")" || exit 1
${END_GROUPS}
${LOCK}
if [ -n "$run" ] && [ "$run" != "$my_run" ] && [ "$run" != "$dead" ] && [ "$end" -gt "$now" ]; then
  echo "$((end - now))"; printf '%s\\n' "$json"; exit ${String(EXIT_HELD)}
fi
end_groups '' "$grace"
if [ -f "$audit" ] && [ "$(wc -c <"$audit")" -gt 5000000 ]; then mv -f "$audit" "$audit.1"; fi
now=$(date +%s)
printf '%s %s %s\\n%s\\n' "$my_inst" "$my_run" "$((now + ttl))" "$my_json" >"$d/lease.new" && mv -f "$d/lease.new" "$d/lease"`;

/** $1 folder, $2 run, $3 seconds */
export const RENEW_LEASE = `set -u; umask 077
d=$1 my_run=$2 ttl=$3
${LOCK}
[ "$run" = "$my_run" ] || exit ${String(EXIT_HELD)}
printf '%s %s %s\\n%s\\n' "$inst" "$run" "$((now + ttl))" "$json" >"$d/lease.new" && mv -f "$d/lease.new" "$d/lease"`;

/** $1 folder, $2 run, $3 grace seconds. A folder that says of no instance that it lives here is of no more use. */
export const RELEASE_LEASE = `set -u; umask 077
d=$1 my_run=$2 grace=$3
[ -d "$d" ] || exit 0
${END_GROUPS}
${LOCK}
[ "$run" = "$my_run" ] || exit 0
end_groups "$my_run." "$grace"
rm -f "$d/lease" "$d/lease.new"
[ -e "$d/instance.json" ] || rm -rf "$d"`;

/**
 * $1 folder, $2 run.number, $3 grace seconds. A command that has no record yet, because it is still on its way or waits for the
 * lock, finds when it comes that it is not wanted any more; the mark goes with the lease.
 */
export const END_GROUP = `set -u; umask 077
d=$1 grace=$3
${END_GROUPS}
set -- "$d/groups/$2"
exec 9>"$d/lock"; flock -w 20 9 || exit ${String(EXIT_BUSY)}
[ -f "$1" ] || : >"$1.unwanted"
exec 9>&-
end_group "$1" "$grace"`;

/** $1 audit log, $2 line */
export const AUDIT = `umask 077; printf '%s %s\\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$2" >>"$1"`;

/*
 * Starts a command in a session of its own, recorded before it begins, only while the lease is ours: the check, the record and the
 * audit line happen under the same lock that a take-over needs. $1 folder, $2 run, $3 number, $4 audit log, $5 audit line.
 */
const GUARDED = `d=$1 my_run=$2 n=$3 audit=$4 line=$5; shift 5
umask 077
${LOCK}
if [ "$run" != "$my_run" ] || [ "$end" -le "$now" ] || [ -e "$d/groups/$my_run.$n.unwanted" ]; then exit ${String(EXIT_HELD)}; fi
read -r l </proc/$$/stat
start=$(set -- \${l##*) }; echo "\${20}")
printf '%s %s %s\\n' $$ "$start" "$(cat /proc/sys/kernel/random/boot_id)" >"$d/groups/$my_run.$n"
printf '%s %s\\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$line" >>"$audit"
exec 9>&-
umask 022
"$@"
c=$?
rm -f "$d/groups/$my_run.$n"
exit $c`;

export const GUARD = ['setsid', '--wait', 'sh', '-c', GUARDED, 'sh'] as const;

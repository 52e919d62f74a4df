import { PASSWORDS_DROP_IN, TRIAL_MARK } from '../../facts/ssh-server.ts';

export const EXIT_INVALID = 71;
export const EXIT_INEFFECTIVE = 72;
export const EXIT_TAKEN_BACK = 69;

const UNIT = 'hardshell-passwords-trial';

/* Debian calls it ssh, others sshd. One that systemd starts for each connection reads its files each time. */
const RELOAD = `reload() {
  for s in ssh sshd; do
    if systemctl is-active --quiet "$s.service"; then systemctl reload "$s.service"; return; fi
  done
}`;

/** What the machine does when nobody comes back: with no braces around a name and no $$, which systemd would replace. */
export const BY_ITSELF = `PATH=$PATH:/usr/sbin:/sbin
${RELOAD}
rm -f ${PASSWORDS_DROP_IN}; reload; rm -f ${TRIAL_MARK}`;

/* The timer last: whatever is cut short before that, it does the same. */
const UNDO = `undo() {
  rm -f ${PASSWORDS_DROP_IN}; reload || :
  systemctl stop ${UNIT}.timer ${UNIT}.service 2>/dev/null || :
  rm -f ${TRIAL_MARK}
}`;

const BEGIN = `set -u
PATH=$PATH:/usr/sbin:/sbin
${RELOAD}
${UNDO}
effective() {
  c=$(sshd -T -C "user=$1,host=$2,addr=$2,laddr=$3,lport=$4" 2>/dev/null) || return 1
  ! printf '%s\\n' "$c" | grep -qxE '(password|kbdinteractive)authentication yes'
}
rivals() {
  grep -isE '^[[:space:]]*(PasswordAuthentication|KbdInteractiveAuthentication|Match)[[:space:]]' /etc/ssh/sshd_config /etc/ssh/sshd_config.d/*.conf >&2
}
[ -d /run/sshd ] || mkdir -m 755 /run/sshd`;

/*
 * Off on trial. Before anything else there are two who put it back: a timer of systemd's for when we, or the connection, are gone,
 * and a line for the next boot, which no timer survives (it removes itself as well). $1 account, $2 from, $3 to, $4 port,
 * $5 seconds, $6 what the timer does
 */
export const TRY_WITHOUT = `${BEGIN}
[ ! -e ${TRIAL_MARK} ] || undo
systemctl reset-failed ${UNIT}.timer ${UNIT}.service 2>/dev/null || :
set -e; umask 022
mkdir -p /etc/tmpfiles.d "$(dirname ${PASSWORDS_DROP_IN})"
printf 'r! %s\\n' ${PASSWORDS_DROP_IN} ${TRIAL_MARK} >${TRIAL_MARK}
sync
systemd-run --quiet --collect --unit=${UNIT} --on-active="$5" --timer-property=AccuracySec=100ms -- sh -c "$6"
systemctl is-active --quiet ${UNIT}.timer
cat >${PASSWORDS_DROP_IN}.new <<'EOF'
# Written by Hardshell: nobody signs in with a password. \`hardshell ssh-key NAME --enable-passwords\` takes it away again.
PasswordAuthentication no
KbdInteractiveAuthentication no
ChallengeResponseAuthentication no
EOF
mv -f ${PASSWORDS_DROP_IN}.new ${PASSWORDS_DROP_IN}
set +e
sshd -t || { undo; exit ${String(EXIT_INVALID)}; }
effective "$@" || { undo; rivals; exit ${String(EXIT_INEFFECTIVE)}; }
reload || { undo; exit ${String(EXIT_INVALID)}; }`;

/* The timer first: what it would take back while we keep it must not look kept. $1 to $4 as above */
export const KEEP_WITHOUT = `${BEGIN}
systemctl stop ${UNIT}.timer ${UNIT}.service 2>/dev/null || :
[ -e ${PASSWORDS_DROP_IN} ] && effective "$@" || { undo; exit ${String(EXIT_TAKEN_BACK)}; }
rm -f ${TRIAL_MARK} && sync`;

export const TAKE_BACK = `${BEGIN}
undo`;

/* A configuration that somebody else broke is not read again: what runs goes on as it is. */
export const PASSWORDS_ON = `${BEGIN}
rm -f ${PASSWORDS_DROP_IN} ${PASSWORDS_DROP_IN}.new || exit 1
sshd -t || exit ${String(EXIT_INVALID)}
undo`;

import { AppError, toAppError } from '../../../shared/app-error.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import { firewallFact } from '../../facts/firewall.ts';
import { changeScript } from '../../host/command.ts';
import type { Step } from '../step.ts';

/** How long the firewall stays on by itself: enough for a second login over a slow line, short enough to wait for. */
const TRIAL_SECONDS = 90;
/** The part of it that the proof may take; what is left is for keeping the firewall, over the same slow line. */
const PROOF_SHARE = 2 / 3;
const EXIT_TAKEN_BACK = 69;

const UNIT = 'hardshell-firewall-trial';

/*
 * On trial: the rules are loaded, while ufw.conf still says "off", so that neither the timer's end nor a restart of the server
 * leaves anybody outside. The timer is systemd's and lives on when we, or the connection, do not; nothing is switched on before
 * it runs. Rules that are there already stay. $1 seconds, then the ports of sshd
 */
const TRY = `set -eu
PATH=$PATH:/usr/sbin:/sbin
seconds=$1; shift
[ $# -gt 0 ]
systemctl stop ${UNIT}.timer ${UNIT}.service 2>/dev/null || :
systemctl reset-failed ${UNIT}.timer ${UNIT}.service 2>/dev/null || :
for port do ufw allow "$port/tcp"; done
systemd-run --quiet --collect --unit=${UNIT} --on-active="$seconds" --timer-property=AccuracySec=100ms -- "$(command -v ufw)" --force disable
systemctl is-active --quiet ${UNIT}.timer
ufw --force enable
sed -i 's/^ENABLED=.*/ENABLED=no/' /etc/ufw/ufw.conf`;

/* The timer first: what it would take back while we keep it must not look kept. */
const KEEP = `set -eu
PATH=$PATH:/usr/sbin:/sbin
systemctl stop ${UNIT}.timer ${UNIT}.service 2>/dev/null || :
iptables -S ufw-user-input >/dev/null 2>&1 || { echo "the timer has switched the firewall off again" >&2; exit ${String(EXIT_TAKEN_BACK)}; }
sed -i 's/^ENABLED=.*/ENABLED=yes/' /etc/ufw/ufw.conf
grep -q '^ENABLED=yes' /etc/ufw/ufw.conf || echo ENABLED=yes >>/etc/ufw/ufw.conf`;

const TAKE_BACK = `PATH=$PATH:/usr/sbin:/sbin
ufw --force disable && systemctl stop ${UNIT}.timer`;

export interface FirewallWish {
  /** Where sshd can really be reached: read from what listens, never guessed. Not empty. */
  readonly sshPorts: readonly number[];
  /** Opens a connection to the server that shares nothing with ours, and logs in. Rejects where that does not work. */
  readonly proveAccess: (signal: AbortSignal) => Promise<void>;
  /** For tests. Default 90. */
  readonly trialSeconds?: number;
}

/** Switches ufw on, and keeps it only after a second login has come through it. */
export function firewallStep({ sshPorts, proveAccess, trialSeconds = TRIAL_SECONDS }: FirewallWish): Step {
  const firewall = firewallFact();
  return {
    id: 'firewall',
    title: `Switch the firewall on, with SSH (port ${sshPorts.join(', ')}) let in`,
    facts: [firewall],
    timeoutMs: (trialSeconds + 60) * 1000,
    async check({ read }) {
      const { ufw } = await read(firewall);
      return ufw.isActive ? satisfied('ufw is on') : needed('the server has no firewall');
    },
    async apply({ change, changeOk, note, signal }) {
      await changeOk(
        'Switching ufw on for a trial',
        changeScript(TRY, [trialSeconds, ...sshPorts], { runAs: 'root', env: { LC_ALL: 'C' } }),
      );
      note(`ufw is on; it goes off by itself in ${String(trialSeconds)} seconds unless a second login works`);
      try {
        await withDeadline(trialSeconds * PROOF_SHARE * 1000, signal, proveAccess);
      } catch (cause) {
        signal.throwIfAborted();
        // Over a connection that may just have been shut out: the timer does the same without us.
        await change(changeScript(TAKE_BACK, [], { runAs: 'root' }), { timeoutMs: 10_000 }).catch(() => undefined);
        throw refusal(toAppError(cause));
      }
      const kept = await change(changeScript(KEEP, [], { runAs: 'root' }));
      if (kept.code === EXIT_TAKEN_BACK) throw refusal(new AppError('command.timeout'));
      if (kept.code !== 0) throw refusal(new AppError('command.failed', { details: { exitCode: kept.code } }));
    },
  };
}

function refusal(cause: AppError): AppError {
  return new AppError('firewall.not-proven', { details: { because: cause.message }, cause });
}

/** The proof is given up in time, however it is made: what it waits for may be a packet that never comes. */
function withDeadline(
  deadlineMs: number,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  outer.throwIfAborted();
  return new Promise((resolve, reject) => {
    const controller = new AbortController();
    const settle = (): void => {
      clearTimeout(timer);
      outer.removeEventListener('abort', onAbort);
    };
    const giveUp = (reason: AppError): void => {
      settle();
      reject(reason);
      controller.abort(reason);
    };
    const onAbort = (): void => giveUp(toAppError(outer.reason));
    const timer = setTimeout(() => giveUp(new AppError('host.unreachable')), deadlineMs);
    outer.addEventListener('abort', onAbort, { once: true });
    work(controller.signal).finally(settle).then(resolve, reject);
  });
}

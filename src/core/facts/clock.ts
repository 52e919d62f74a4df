import { queryScript } from '../host/command.ts';
import { parseCount, parseKeyValues, unreadable } from './answer.ts';
import { fact, type Fact } from './fact.ts';

export interface Clock {
  readonly epochSeconds: number;
  /** Whether something keeps it right; undefined where nobody can say. */
  readonly isSynchronised: boolean | undefined;
}

/*
 * systemd-timesyncd leaves a file; chrony and ntpd are asked for by name. `timedatectl` would know more, and would start a
 * service for it.
 */
const SCRIPT = `echo "now=$(date +%s)"
if [ -e /run/systemd/timesync/synchronized ]; then echo ntp=yes
else
  for c in /proc/[0-9]*/comm; do
    read -r n <"$c" || continue
    case $n in chronyd|ntpd|ntpsec|openntpd|systemd-timesyn*) echo "daemon=$n"; break ;; esac
  done 2>/dev/null
fi`;

export function clockFact(): Fact<Clock> {
  return fact('clock', queryScript(SCRIPT, [], { runAs: 'root' }), (result) => {
    const clock = parseClock(result.stdout);
    if (clock === undefined) throw unreadable('its clock', result);
    return clock;
  });
}

/** Pure. */
export function parseClock(text: string): Clock | undefined {
  const values = parseKeyValues(text);
  const epochSeconds = parseCount(values.get('now'));
  if (epochSeconds === undefined) return undefined;
  const daemon = values.get('daemon');
  // timesyncd without its file has not reached a server yet; of the others we only know that they run.
  const isSynchronised =
    values.get('ntp') === 'yes' ? true : daemon === undefined || daemon.startsWith('systemd') ? false : undefined;
  return { epochSeconds, isSynchronised };
}

/** How far a clock is ahead of ours (behind: negative), give or take the way of the answer. Pure. */
export function clockSkewSeconds(clock: Clock, nowMs: number): number {
  return clock.epochSeconds - Math.round(nowMs / 1000);
}

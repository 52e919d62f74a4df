import { randomBytes } from 'node:crypto';
import { formatShell } from '../command.ts';
import type { ChannelFilter } from './ssh-channel.ts';

/*
 * sshd passes signals on to a session only for other accounts than root, and older ones not at all. So every session says the
 * id of its leader, which is the id of its process group too: before anything else, as the first line of standard error,
 * where it is taken out again.
 */
const ANNOUNCE = 'echo "$1 $$" >&2; shift; exec "$@"';

/** What start-up files of a login shell may print before; a session that says more than this has no leader for us. */
const MAX_PRELUDE_BYTES = 64 * 1024;

/** What a session is started with, and how to learn who leads it. */
export interface SessionStart {
  /** For the login shell, whichever it is: it is replaced at once. */
  readonly text: string;
  /** Takes the announcement out of standard error. */
  readonly filter: ChannelFilter | undefined;
  /** What a second session runs to signal the process group of this one; undefined while it has not said who leads it. */
  readonly buildKill: (signal: string) => string | undefined;
}

/**
 * With a terminal nothing is announced: standard error comes mixed with the output, and who hangs up a terminal ends its
 * session anyway.
 */
export function buildSessionStart(argv: readonly string[], hasTerminal: boolean): SessionStart {
  if (hasTerminal) return { text: `exec ${formatShell(argv)}`, filter: undefined, buildKill: () => undefined };
  const nonce = randomBytes(8).toString('hex');
  const filter = createLeaderFilter(nonce);
  return {
    text: `exec ${formatShell(['sh', '-c', ANNOUNCE, 'sh', nonce, ...argv])}`,
    filter,
    buildKill: (signal) => {
      const leader = filter.leader();
      return leader === undefined ? undefined : buildKillText(argv, signal, leader);
    },
  };
}

/** Finds the line `nonce id`, takes it out and lets everything else through. */
export function createLeaderFilter(nonce: string): ChannelFilter & { leader(): number | undefined } {
  const nothing = Buffer.alloc(0);
  let leader: number | undefined;
  let held: Buffer | undefined = nothing;
  const flush = (): Buffer => {
    const all = held ?? nothing;
    held = undefined;
    return all;
  };
  return {
    leader: () => leader,
    flush,
    take(chunk) {
      if (held === undefined) return chunk;
      held = Buffer.concat([held, chunk]);
      const start = held.indexOf(nonce);
      const end = start < 0 ? -1 : held.indexOf('\n', start);
      if (end < 0) return held.length > MAX_PRELUDE_BYTES ? flush() : nothing;
      const said = Number(held.toString('latin1', start + nonce.length, end).trim());
      if (Number.isSafeInteger(said) && said > 1) leader = said;
      const all = flush();
      return Buffer.concat([all.subarray(0, start), all.subarray(end + 1)]);
    },
  };
}

const KILL_GROUP = `kill -s "$1" -- "-$2" 2>/dev/null`;
/*
 * What sudo started is root's. Sudo itself passes a signal on to its command alone and not to what that has started, so the
 * group is signalled by a sudo of its own; where that asks for a password, sudo has to pass on what it can.
 */
const KILL_SUDO_GROUP = `sudo -n kill -s "$1" -- "-$2" 2>/dev/null || ${KILL_GROUP}`;

function buildKillText(argv: readonly string[], signal: string, leader: number): string {
  const script = argv[0] === 'sudo' && argv[1] === '-n' ? KILL_SUDO_GROUP : KILL_GROUP;
  return `exec ${formatShell(['sh', '-c', script, 'sh', signal.replace(/^SIG/, ''), String(leader)])}`;
}

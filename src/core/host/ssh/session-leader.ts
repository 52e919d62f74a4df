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
  /** Undefined: it has not said so, or never will. */
  readonly leader: () => number | undefined;
}

/**
 * With a terminal nothing is announced: standard error comes mixed with the output, and who hangs up a terminal ends its
 * session anyway.
 */
export function buildSessionStart(argv: readonly string[], hasTerminal: boolean): SessionStart {
  if (hasTerminal) return { text: `exec ${formatShell(argv)}`, filter: undefined, leader: () => undefined };
  const nonce = randomBytes(8).toString('hex');
  const filter = createLeaderFilter(nonce);
  return {
    text: `exec ${formatShell(['sh', '-c', ANNOUNCE, 'sh', nonce, ...argv])}`,
    filter,
    leader: () => filter.leader(),
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

/*
 * The group first; the leader alone where there is none. What sudo started belongs to root: that needs sudo as well, which
 * helps where it asks for no password.
 */
const KILL = `kill -s "$1" -- "-$2" 2>/dev/null || kill -s "$1" "$2" 2>/dev/null || sudo -n kill -s "$1" -- "-$2" 2>/dev/null`;

/** What a second session runs to signal the first one. Pure. */
export function buildKillText(signal: string, leader: number): string {
  return `exec ${formatShell(['sh', '-c', KILL, 'sh', signal.replace(/^SIG/, ''), String(leader)])}`;
}

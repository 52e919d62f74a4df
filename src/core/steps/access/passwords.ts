import { AppError, toAppError } from '../../../shared/app-error.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import { formatList } from '../../diagnostics/finding.ts';
import { passwordLoginsFact } from '../../facts/password-logins.ts';
import { sshServerFact, type LoginSeat } from '../../facts/ssh-server.ts';
import { changeScript, type Command } from '../../host/command.ts';
import { expectOk, lastLines } from '../../host/exec.ts';
import type { ApplyContext, Step } from '../step.ts';
import type { PanelKeyBook, SshDoor } from './panel-key-book.ts';
import { enterWith, whileAway } from './panel-key-steps.ts';
import {
  BY_ITSELF,
  EXIT_INEFFECTIVE,
  EXIT_INVALID,
  EXIT_TAKEN_BACK,
  KEEP_WITHOUT,
  PASSWORDS_ON,
  TAKE_BACK,
  TRY_WITHOUT,
} from './passwords-script.ts';

/** How long passwords stay off by themselves: enough for a second login over a slow line, short enough to wait for. */
const TRIAL_SECONDS = 90;
/** The part of it that the proof may take; what is left is for keeping it, over the same slow line. */
const PROOF_SHARE = 2 / 3;

/** What stands for a password in the list of a server. */
const takesPasswords = (methods: readonly string[]): boolean =>
  methods.some((method) => method === 'password' || method === 'keyboard-interactive' || method === 'none');

export interface PasswordsWish {
  readonly seat: LoginSeat;
  readonly book: PanelKeyBook;
  readonly door: SshDoor;
  /** For tests. Default 90. */
  readonly trialSeconds?: number;
}

/** Passwords off, on trial first: kept only after the key has come in through the changed server, and passwords have not. */
export function passwordsOffStep({ seat, book, door, trialSeconds = TRIAL_SECONDS }: PasswordsWish): Step {
  const server = sshServerFact(seat);
  const others = passwordLoginsFact(seat);
  const ends = [seat.user, seat.from, seat.to, seat.port] as const;
  const script = (text: string, ...more: readonly (string | number)[]): Command =>
    changeScript(text, [...ends, ...more], { runAs: 'root', env: { LC_ALL: 'C' } });

  const prove = async (signal: AbortSignal): Promise<void> => {
    const secret = (await book.read())?.secret;
    if (secret === undefined) throw new AppError('ssh-key.missing');
    await enterWith(door, secret, signal);
    const methods = await whileAway(signal, () => door.listMethods(signal));
    if (takesPasswords(methods)) throw new AppError('ssh-key.passwords-kept', { details: { methods } });
  };
  const attempt = async ({ change }: ApplyContext): Promise<void> => {
    const doing = 'Turning passwords off for a trial';
    const tried = await change(script(TRY_WITHOUT, trialSeconds, BY_ITSELF), { doing });
    const details = { lastLines: lastLines(tried) };
    if (tried.code === EXIT_INEFFECTIVE) throw new AppError('ssh-key.passwords-kept', { details });
    if (tried.code === EXIT_INVALID) throw refusal(new AppError('command.failed', { details }));
    expectOk(tried, doing);
  };

  return {
    id: 'passwords-off',
    title: 'Turn password logins off, with a way back until it is proven',
    facts: [server, others],
    timeoutMs: (trialSeconds + 120) * 1000,
    async check({ read, signal }) {
      const { isOnTrial, takesPasswords: says } = await read(server);
      if (isOnTrial) return needed('they are off on trial, and that was not proven');
      if (says !== false) return needed('the SSH server takes passwords');
      if (takesPasswords(await whileAway(signal, () => door.listMethods(signal))))
        return needed('the SSH server still takes passwords');
      const left = await read(others);
      return satisfied(`the SSH server takes no passwords${left.length === 0 ? '' : `, but from ${formatList(left)}`}`);
    },
    async apply(context) {
      const { change, act, note, signal } = context;
      await attempt(context);
      note(`passwords are off; they are on again in ${String(trialSeconds)} seconds unless the key comes in`);
      try {
        const limit = AbortSignal.timeout(Math.round(trialSeconds * PROOF_SHARE * 1000));
        await act('Signing in with the key, and asking what else the server takes', (outer) =>
          prove(AbortSignal.any([outer, limit])),
        );
      } catch (cause) {
        // Cancelled, or cut off: the timer does it.
        signal.throwIfAborted();
        await change(script(TAKE_BACK), { timeoutMs: 20_000, doing: 'Turning passwords on again' }).catch(
          // Over a connection that may just have been shut out: the timer does the same without us.
          () => undefined,
        );
        throw refusal(readCause(cause));
      }
      const doing = 'Keeping passwords off';
      const kept = await change(script(KEEP_WITHOUT), { doing });
      if (kept.code === EXIT_TAKEN_BACK) throw refusal(new AppError('command.timeout'));
      expectOk(kept, doing);
      await act('Noting that passwords are off', () => book.notePasswords('off'));
    },
  };
}

function readCause(cause: unknown): AppError {
  const isLate = cause instanceof Error && cause.name === 'TimeoutError';
  return isLate ? new AppError('host.unreachable', { cause }) : toAppError(cause);
}

function refusal(cause: AppError): AppError {
  if (cause.code === 'ssh-key.passwords-kept') return cause;
  const details = { ...cause.details, because: cause.message };
  return new AppError('ssh-key.passwords-not-proven', { details, cause });
}

/** Takes our file away. What others say about passwords stays as it is, and is told. */
export function passwordsOnStep({ seat, book }: Omit<PasswordsWish, 'door'>): Step {
  const server = sshServerFact(seat);
  return {
    id: 'passwords-on',
    title: 'Turn password logins on again',
    facts: [server],
    timeoutMs: 60_000,
    async check({ read }) {
      const { hasDropIn, isOnTrial, takesPasswords: says } = await read(server);
      const known = await book.read();
      if (hasDropIn || isOnTrial) return needed('they were turned off from here');
      if (known?.passwordsOffAt !== undefined) return needed('they were turned off from here, and somebody undid it');
      return satisfied(
        says === false ? 'they are off, and not because of Hardshell' : 'the SSH server takes passwords',
      );
    },
    async apply(context) {
      const command = changeScript(PASSWORDS_ON, [], { runAs: 'root', env: { LC_ALL: 'C' } });
      await context.changeOk('Turning passwords on again', command);
      await context.act('Noting that passwords are on', () => book.notePasswords('on'));
      if ((await context.read(server)).takesPasswords === false)
        context.note('the SSH server still takes no passwords: another line of its configuration says so');
    },
  };
}

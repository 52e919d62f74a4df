import { z } from 'zod';
import { AppError, isAppError } from '../../shared/app-error.ts';
import type { Secret } from '../../shared/secret.ts';
import type { ConnectOptions, DeploymentSecrets } from '../../core/index.ts';
import { alignRows, bold, dim, yellow } from '../output/line.ts';
import { marksOf } from '../output/look.ts';
import { TEXT_COLUMNS, wrapText } from '../output/text-width.ts';
import type { Session } from '../session.ts';
import { texts } from '../text.ts';

/** Wrong passwords that a person may type in one call; sshd itself closes the door after a few. */
const MAX_PASSWORDS = 3;
/** Hops of one connection whose keys a person may be asked about. */
const MAX_HOST_KEYS = 10;

const hostKeySchema = z.object({ host: z.string(), type: z.string(), fingerprint: z.string() });

/** How an error says which secret a person who types it in could help with. */
const wantsSchema = z.object({
  wants: z.enum(['keyPassphrase', 'sudoPassword', 'cloudflareToken']),
  path: z.string().default(''),
});
const loginSchema = z.object({ host: z.string(), user: z.string(), accepted: z.array(z.string()) });

interface WantedSecret {
  readonly name: keyof DeploymentSecrets;
  readonly question: string;
}

/** What the person could be asked for after this error. Pure. */
export function wantedSecret(problem: AppError): WantedSecret | undefined {
  const login = loginSchema.safeParse(problem.details);
  if (isAppError(problem, 'host.auth-failed') && login.success) {
    const { user, host, accepted } = login.data;
    const takesPassword = accepted.includes('password') || accepted.includes('keyboard-interactive');
    return takesPassword ? { name: 'sshPassword', question: texts.askPassword(`${user}@${host}`) } : undefined;
  }
  if (problem.code === 'backup.key-missing' || problem.code === 'backup.key-wrong')
    return { name: 'backupKey', question: texts.askBackupKey };
  if (problem.code === 'cloudflare.token-rejected') return { name: 'cloudflareToken', question: texts.askCloudflare };
  const wants = wantsSchema.safeParse(problem.details);
  if (!wants.success) return undefined;
  const { wants: name, path } = wants.data;
  switch (name) {
    case 'sudoPassword':
      return { name, question: texts.askSudo };
    case 'keyPassphrase':
      return { name, question: texts.askPassphrase(path) };
    case 'cloudflareToken':
      return { name, question: texts.askCloudflare };
  }
}

export interface Attempt<T> {
  run(options: ConnectOptions): Promise<T>;
  /** The error that lies in a result and that a person could help with: what was connected is not closed by it. */
  problemOf?(result: T): AppError | undefined;
  /** Lets go of a result that is not used, because the attempt is made again. */
  discard?(result: T): Promise<void>;
}

/**
 * Connects, and asks the person at the terminal for what turns out to be missing: whether a host key is the right one, a
 * password, a passphrase. Where there is nobody to ask, the first error is the answer.
 * @throws AppError what the last attempt threw
 */
export async function connected<T>(session: Session, first: ConnectOptions, attempt: Attempt<T>): Promise<T> {
  let options: ConnectOptions = { ...first, signal: session.signal };
  const asked = { hostKeys: 0, passwords: 0 };
  for (;;) {
    let problem: AppError;
    let result: { readonly value: T } | undefined;
    try {
      result = { value: await attempt.run(options) };
      const found = attempt.problemOf?.(result.value);
      if (found === undefined) return result.value;
      problem = found;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      problem = error;
    }
    const next = session.canAsk() ? await askFor(session, problem, options, asked) : undefined;
    if (next === undefined) {
      if (result !== undefined) return result.value;
      throw problem;
    }
    if (result !== undefined) await attempt.discard?.(result.value);
    options = next;
  }
}

async function askFor(
  session: Session,
  problem: AppError,
  options: ConnectOptions,
  asked: { hostKeys: number; passwords: number },
): Promise<ConnectOptions | undefined> {
  if (isAppError(problem, 'host.key-unknown') && asked.hostKeys < MAX_HOST_KEYS) {
    asked.hostKeys += 1;
    const key = hostKeySchema.safeParse(problem.details);
    if (!key.success || options.trustHostKeys?.includes(key.data.fingerprint) === true) return undefined;
    await askForHostKey(session, key.data);
    return { ...options, trustHostKeys: [...(options.trustHostKeys ?? []), key.data.fingerprint] };
  }
  const wanted = wantedSecret(problem);
  if (wanted === undefined || asked.passwords >= MAX_PASSWORDS) return undefined;
  asked.passwords += 1;
  if (options.secrets?.[wanted.name] !== undefined)
    session.screen.err.print([yellow(marksOf(session.screen.err.look).warn), ` ${problem.message}`]);
  const secret = await askForSecret(session, wanted.question);
  // Whoever sets the record by hand has no token to give, and not everybody has the sheet: then the error is the answer.
  if ((wanted.name === 'cloudflareToken' || wanted.name === 'backupKey') && secret.reveal() === '') return undefined;
  return { ...options, secrets: { ...options.secrets, [wanted.name]: secret } };
}

/** @throws AppError `host.key-unknown` unless the person typed the whole word */
async function askForHostKey({ screen, prompter, signal }: Session, key: z.infer<typeof hostKeySchema>): Promise<void> {
  const { err } = screen;
  err.print(
    [yellow(marksOf(err.look).warn), ' ', bold(texts.keyUnknown(key.host))],
    [],
    ...alignRows([
      [dim('  type'), key.type],
      [dim('  fingerprint'), bold(key.fingerprint)],
    ]),
    [],
    ...wrapText(texts.keyCompare, (err.columns() ?? TEXT_COLUMNS) - 2).map((line) => [`  ${line}`]),
    [`    ${texts.keyCommand}`],
    [`  ${texts.keyDiffers}`],
    [],
  );
  screen.writeQuestion([texts.keyQuestion]);
  const answer = await prompter.readLine(signal);
  if (answer.toLowerCase() !== 'yes')
    throw new AppError('host.key-unknown', { message: texts.keyNotTrusted, details: { ...key } });
}

async function askForSecret({ screen, prompter, signal }: Session, question: string): Promise<Secret> {
  screen.writeQuestion([question]);
  try {
    return await prompter.readHidden(signal);
  } finally {
    // The Enter that ended the answer was not echoed either.
    screen.err.print([]);
  }
}

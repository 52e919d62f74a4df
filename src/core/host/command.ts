/**
 * A command is a value: built by pure functions out of typed parts, quoted in one place, executed in another.
 * Its arguments are plain text by type: a `Secret` does not fit, because every user of a machine can read every
 * argument list. Secrets travel as standard input (see `exec`) or in 0600 files.
 */
export type Effect = 'read' | 'change';

/** The account a command runs as: `login` is whoever we signed in as. */
export type RunAs = 'login' | 'root' | { readonly user: string };

export interface Command {
  readonly argv: readonly [string, ...string[]];
  readonly effect: Effect;
  readonly runAs: RunAs;
  readonly env: Readonly<Record<string, string>>;
  /** A call of OpenClaw's own command line: seconds each, so they are counted. */
  readonly slow: boolean;
}

export interface CommandOptions {
  readonly runAs?: RunAs;
  readonly env?: Readonly<Record<string, string>>;
  readonly slow?: boolean;
}

type Words = readonly [string | number, ...(string | number)[]];

function build(effect: Effect, words: Words, options: CommandOptions): Command {
  const [program, ...rest] = words;
  const argv: [string, ...string[]] = [String(program), ...rest.map(String)];
  // `env` and the shell would take such a word for something else than a program.
  if (/^$|^-|=/.test(argv[0])) throw new TypeError(`Not the name of a program: ${JSON.stringify(argv[0])}`);
  for (const word of argv) checkText(word);
  for (const [name, value] of Object.entries(options.env ?? {})) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      throw new TypeError(`Not the name of a variable: ${JSON.stringify(name)}`);
    checkText(value);
  }
  return {
    argv,
    effect,
    runAs: options.runAs ?? 'login',
    env: options.env ?? {},
    slow: options.slow ?? false,
  };
}

/** What would not arrive as it is: a NUL ends it, half a surrogate pair turns into something else. */
function checkText(text: string): void {
  if (text.includes('\0')) throw new TypeError('A command cannot hold a NUL character.');
  if (/\p{Surrogate}/u.test(text)) throw new TypeError('A command cannot hold half a character.');
}

/** A command that only looks. */
export function query(words: Words, options: CommandOptions = {}): Command {
  return build('read', words, options);
}

/** A command that changes the machine: run under the lease, counted, and written to the audit log. */
export function change(words: Words, options: CommandOptions = {}): Command {
  return build('change', words, options);
}

/**
 * A POSIX shell script that is a constant of our source, with its parameters as `$1`, `$2`, …: values never become part
 * of the text that the shell reads.
 */
export function queryScript(
  text: string,
  args: readonly (string | number)[] = [],
  options: CommandOptions = {},
): Command {
  return build('read', ['sh', '-c', text, 'sh', ...args], options);
}

/** As `queryScript`, for a script that changes the machine. */
export function changeScript(
  text: string,
  args: readonly (string | number)[] = [],
  options: CommandOptions = {},
): Command {
  return build('change', ['sh', '-c', text, 'sh', ...args], options);
}

/** One word, as a POSIX shell reads it back unchanged. */
export function quoteWord(word: string): string {
  if (word !== '' && /^[A-Za-z0-9_\-.,:/@%+=]+$/.test(word) && !word.startsWith('=')) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The argument list after `runAs` and `env` are resolved into it; `via` is the account that starts it. */
export function resolveArgv(command: Command): readonly [string, ...string[]] {
  const pairs = Object.entries(command.env).map(([name, value]) => `${name}=${value}`);
  return pairs.length === 0 ? command.argv : ['env', ...pairs, ...command.argv];
}

/** What a POSIX shell has to be given to run exactly this argument list. */
export function formatShell(argv: readonly string[]): string {
  return argv.map(quoteWord).join(' ');
}

/** For people and logs: one line, long scripts shortened to their first words. */
export function formatCommand(command: Command): string {
  const [program, flag, text, , ...args] = command.argv;
  if (program === 'sh' && flag === '-c' && text !== undefined) {
    const gist = text.trim().split('\n')[0]?.slice(0, 60) ?? '';
    return formatShell(['sh', '-c', `${gist}…`, ...args]);
  }
  return formatShell(command.argv);
}

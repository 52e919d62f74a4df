import { randomBytes } from 'node:crypto';
import { AppError } from '../../shared/app-error.ts';
import { formatShell, queryScript, type Command } from './command.ts';
import { exec, type ExecResult } from './exec.ts';
import type { Host } from './host.ts';

export interface BatchOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/**
 * Runs several reading commands in one round trip, side by side, and returns their results in order. All run as the
 * batch's own account or a less privileged one; their standard input is empty.
 */
export async function execBatch(
  host: Host,
  commands: readonly Command[],
  options: BatchOptions & { readonly runAs: Command['runAs']; readonly wrap: (command: Command) => readonly string[] },
): Promise<ExecResult[]> {
  if (commands.length === 0) return [];
  const nonce = randomBytes(16).toString('hex');
  const script = buildBatchScript(commands.map(options.wrap), nonce);
  const result = await exec(host, queryScript(script, [], { runAs: options.runAs }), options);
  return parseBatch(result.stdout, nonce, commands, result);
}

/** Pure: every command writes to files of its own, so that side by side nothing mixes; then all are printed in order. */
export function buildBatchScript(argvs: readonly (readonly string[])[], nonce: string): string {
  const starts = argvs.map(
    (argv, index) =>
      `{ ${formatShell(argv)}; echo $? >"$d/${String(index)}.c"; } </dev/null >"$d/${String(index)}.o" 2>"$d/${String(index)}.e" &`,
  );
  return [
    `d=; trap '[ -z "$d" ] || rm -rf "$d"' EXIT`,
    `trap 'exit 129' HUP; trap 'exit 130' INT; trap 'exit 141' PIPE; trap 'exit 143' TERM`,
    'd=$(mktemp -d) || exit 1',
    ...starts,
    'wait',
    'i=0',
    `while [ $i -lt ${String(argvs.length)} ]; do`,
    `  cat "$d/$i.o"; printf '\\n%s out\\n' ${nonce}`,
    `  cat "$d/$i.e"; printf '\\n%s err %s\\n' ${nonce} "$(cat "$d/$i.c" 2>/dev/null)"`,
    '  i=$((i+1))',
    'done',
  ].join('\n');
}

/** Pure. The nonce is random and never leaves the script, so no output can pretend to be a boundary. */
export function parseBatch(text: string, nonce: string, commands: readonly Command[], whole: ExecResult): ExecResult[] {
  let rest = text;
  return commands.map((command) => {
    const out = rest.indexOf(`\n${nonce} out\n`);
    const err = rest.indexOf(`\n${nonce} err `);
    const end = rest.indexOf('\n', err + 1);
    if (out < 0 || err < 0 || end < 0) {
      throw new AppError('command.failed', {
        message: whole.truncated
          ? 'The machine answered with more than can be read.'
          : 'The machine did not answer all questions.',
        details: { exitCode: whole.code, lastLines: whole.stderr.trim().split('\n').slice(-20) },
      });
    }
    const stdout = rest.slice(0, out);
    const stderr = rest.slice(out + nonce.length + 6, err);
    const code = Number.parseInt(rest.slice(err + nonce.length + 6, end), 10);
    rest = rest.slice(end + 1);
    return { command, code: Number.isNaN(code) ? null : code, signal: null, stdout, stderr, truncated: false };
  });
}

import { stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../../shared/app-error.ts';
import { confirm, requireConfirmation } from '../flow/asking.ts';
import { connected } from '../flow/connecting.ts';
import { findInstance } from '../flow/finding.ts';
import { formatBundle } from '../output/diagnosis.ts';
import { dim, green } from '../output/line.ts';
import { marksOf } from '../output/look.ts';
import { withSpinner } from '../output/run-view.ts';
import type { Session } from '../session.ts';
import { texts } from '../text.ts';
import {
  declined,
  done,
  instanceCommand,
  jsonOption,
  readConnectOptions,
  secretsOption,
  usageError,
  type Bind,
  type Outcome,
  type ReachOptions,
} from './command.ts';

interface BundleOptions extends ReachOptions {
  readonly output?: string;
  readonly show?: string;
  readonly yes?: boolean;
}

export function bundleCommand(bind: Bind): Command {
  return instanceCommand('bundle', 'gather what helps to find out what is wrong')
    .description(
      'Gathers versions, facts, logs, configuration, last runs and findings in one file, with every secret, address, host and account replaced. It is for you to read and to give to whoever helps: it is sent nowhere.',
    )
    .option('--output <file>', 'where it is written; default: a new file in this folder')
    .option('--show <file>', 'print one file of it, and write nothing')
    .option('--yes', 'write it without a question')
    .addOption(secretsOption())
    .addOption(jsonOption())
    .action(bind(bundle));
}

async function bundle(session: Session, name: string, options: BundleOptions): Promise<Outcome> {
  if (options.show !== undefined && (options.output !== undefined || options.yes === true))
    throw usageError('--show writes nothing: leave --output and --yes out.');
  if (options.show === undefined) requireConfirmation(session, { yes: options.yes === true, dryRun: false });
  const connect = await readConnectOptions(session, options);
  const core = await session.core();
  const instance = await findInstance(core, name);
  const made = await connected(session, connect, {
    run: (how) => withSpinner(session, texts.gathering(instance.name), () => core.diagnosis.bundle(instance.name, how)),
  });
  const { out, err } = session.screen;
  const files = made.files.map(({ path, text }) => ({ path, bytes: Buffer.byteLength(text) }));
  if (options.show !== undefined) {
    const shown = made.files.find(({ path }) => path === options.show);
    if (shown === undefined)
      throw usageError(
        `There is no file "${options.show}" in it.`,
        `There are: ${files.map(({ path }) => path).join(', ')}.`,
      );
    if (!session.json) out.print(...shown.text.split('\n').map((line) => [line]));
    return done({ bundle: { files, text: shown.text } });
  }
  if (!session.json) out.print(...formatBundle(files));
  const path = await findPath(options.output, made.fileName, session.io.cwd);
  if (options.yes !== true) {
    const agreed = await confirm(session, texts.askBundle(path), true);
    err.print([]);
    if (!agreed) {
      out.print([dim(texts.declined)]);
      return declined;
    }
  }
  await write(path, made.archive);
  if (!session.json) out.print([], [green(marksOf(out.look).done), ` ${texts.bundled(path)}`]);
  return done({ bundle: { path, files } });
}

/** A folder gets a file of its own name. */
async function findPath(output: string | undefined, fileName: string, cwd: string): Promise<string> {
  const path = resolve(cwd, output ?? '.');
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return isFolder ? join(path, fileName) : path;
}

/** Never over one that is there. */
async function write(path: string, archive: Buffer): Promise<void> {
  try {
    await writeFile(path, archive, { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    const isThere = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
    throw new AppError('bundle.unwritable', {
      ...(isThere ? { message: `There is a file ${path} already.`, hint: 'Name another one with --output.' } : {}),
      details: { path, reason: cause instanceof Error ? cause.message : String(cause) },
      cause,
    });
  }
}

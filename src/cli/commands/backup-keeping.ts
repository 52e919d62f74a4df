import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { AppError } from '../../shared/app-error.ts';
import { confirm, requireAnswer } from '../flow/asking.ts';
import { connected } from '../flow/connecting.ts';
import { findBackup } from '../flow/finding-backups.ts';
import { formatBackups } from '../output/backups.ts';
import { dim, green } from '../output/line.ts';
import { marksOf } from '../output/look.ts';
import { withSpinner } from '../output/run-view.ts';
import type { Session } from '../session.ts';
import { texts } from '../text.ts';
import { readDestination } from './backup-policy.ts';
import {
  declined,
  done,
  jsonOption,
  readConnectOptions,
  secretsOption,
  usageError,
  type Bind,
  type Outcome,
  type ReachOptions,
} from './command.ts';

interface AgreeOptions {
  readonly yes?: boolean;
}

function oneBackupCommand(name: string, summary: string): Command {
  return new Command(name)
    .summary(summary)
    .argument('<backup>', 'id of the backup, or its beginning')
    .addOption(secretsOption())
    .addOption(jsonOption());
}

export function backupVerifyCommand(bind: Bind): Command {
  return oneBackupCommand('backup-verify', 'read a backup back whole, and compare')
    .description('Reads one copy of a backup back whole, decrypts it and compares it with what was written.')
    .action(bind(verify));
}

async function verify(session: Session, id: string, options: ReachOptions): Promise<Outcome> {
  const connect = await readConnectOptions(session, options);
  const core = await session.core();
  const found = await findBackup(core, id);
  const verified = await connected(session, connect, {
    run: (connecting) =>
      withSpinner(session, texts.verifyingBackup(found.id), () => core.backups.verify(found.id, connecting)),
  });
  const { out } = session.screen;
  if (!session.json) out.print([green(marksOf(out.look).done), ` ${texts.verifiedBackup(found.id)}`]);
  return done({ backup: verified });
}

export function backupRemoveCommand(bind: Bind): Command {
  return oneBackupCommand('backup-remove', 'delete a backup, wherever it lies')
    .description('Deletes every copy of a backup that can be reached. There is no way back.')
    .option('--yes', 'delete it without a question')
    .action(bind(remove));
}

async function remove(session: Session, id: string, options: ReachOptions & AgreeOptions): Promise<Outcome> {
  requireAnswer(session, options.yes === true);
  const connect = await readConnectOptions(session, options);
  const core = await session.core();
  const found = await findBackup(core, id);
  const { out, err } = session.screen;
  if (!session.json)
    out.print(...formatBackups([found], found.instanceName, session.io.nowMs(), out.look, out.columns()));
  if (options.yes !== true) {
    const agreed = await confirm(session, texts.askRemoveBackup(found.instanceName), false);
    err.print([]);
    if (!agreed) {
      out.print([dim(texts.declined)]);
      return declined;
    }
  }
  await connected(session, connect, { run: (connecting) => core.backups.remove(found.id, connecting) });
  if (!session.json) out.print([green(marksOf(out.look).done), ` ${texts.removedBackup(found.id)}`]);
  return done({ backup: found });
}

export function backupAdoptCommand(bind: Bind): Command {
  return new Command('backup-adopt')
    .summary('take over the backups that lie in a folder or on a server')
    .description(
      'Takes over the backups that lie in a folder or on an SFTP server, after the data folder was lost or from another computer. The key of their recovery sheet is read by --secrets-stdin, as backupKey.',
    )
    .argument('<place>', 'a folder, or sftp://USER@HOST[:PORT]/PATH')
    .addOption(secretsOption())
    .addOption(jsonOption())
    .action(bind(adopt));
}

async function adopt(session: Session, place: string, options: ReachOptions): Promise<Outcome> {
  const from = readDestination(place, session.io.cwd);
  const connect = await readConnectOptions(session, options);
  const { backups } = await session.core();
  const adopted = await connected(session, connect, {
    run: (connecting) =>
      withSpinner(session, texts.adopting(place), () => {
        const key = connecting.secrets?.backupKey;
        return backups.adopt(from, { ...connecting, ...(key === undefined ? {} : { key }) });
      }),
  });
  const { out } = session.screen;
  if (!session.json && adopted.length === 0) out.print([texts.noneAdopted(place)]);
  else if (!session.json) {
    out.print(
      ...formatBackups(adopted, undefined, session.io.nowMs(), out.look, out.columns()),
      [],
      [green(marksOf(out.look).done), ` ${texts.adopted(adopted.length)}`],
    );
  }
  return done({ backups: adopted });
}

export function recoverySheetCommand(bind: Bind): Command {
  return new Command('recovery-sheet')
    .summary('show what opens the backups, to be printed')
    .description(
      'Shows the recovery sheet: the key that opens every backup of this Hardshell. Print it and keep it where this computer is not. Whoever has it reads the backups.',
    )
    .option('--out <file>', 'write it to a new file, for your account alone, and show nothing')
    .option('--yes', 'show it without a question')
    .addOption(jsonOption())
    .action(bind(recoverySheet));
}

async function recoverySheet(
  session: Session,
  { out: file, yes }: AgreeOptions & { readonly out?: string },
): Promise<Outcome> {
  const { backups } = await session.core();
  const { out, err } = session.screen;
  if (file !== undefined) {
    const path = resolve(session.io.cwd, file);
    const { recipient, text } = await backups.recoverySheet();
    try {
      await writeFile(path, text.reveal(), { mode: 0o600, flag: 'wx' });
    } catch (error) {
      throw usageError(`--out: ${path} cannot be written as a new file (${codeOf(error)}).`);
    }
    if (!session.json) out.print([green(marksOf(out.look).done), ` ${texts.sheetWritten(path)}`]);
    return done({ recovery: { recipient, file: path } });
  }
  requireAnswer(session, yes === true);
  if (yes !== true) {
    const agreed = await confirm(session, texts.askSheet, false);
    err.print([]);
    if (!agreed) return declined;
  }
  const { recipient, text } = await backups.recoverySheet();
  if (!session.json)
    out.print(
      ...text
        .reveal()
        .trimEnd()
        .split('\n')
        .map((line) => [line]),
    );
  session.emit({ type: 'recovery-sheet', recipient, text: text.reveal() });
  return done({ recovery: { recipient } });
}

function codeOf(error: unknown): string {
  if (error instanceof AppError) throw error;
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

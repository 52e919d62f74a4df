import { Command } from 'commander';
import { requireConfirmation } from '../flow/asking.ts';
import { addChangeOptions, runChange, type ChangeOptions } from '../flow/changing.ts';
import { findInstance } from '../flow/finding.ts';
import { formatBackups, formatLeft } from '../output/backups.ts';
import type { Session } from '../session.ts';
import { texts } from '../text.ts';
import { readDestination } from './backup-policy.ts';
import {
  collectedBy,
  done,
  instanceCommand,
  jsonOption,
  parseName,
  readConnectOptions,
  type Bind,
  type Outcome,
} from './command.ts';

export function backupCommand(bind: Bind): Command {
  const command = instanceCommand('backup', 'back an instance up, now').description(
    'Backs an instance up as OpenClaw itself does, while it runs: made and verified on its machine, brought here encrypted, and to where its policy says.',
  );
  return addChangeOptions(command)
    .option(
      '--to <place>',
      'a folder, or sftp://USER@HOST[:PORT]/PATH, for this backup alone; repeat it for more',
      collectedBy((text: string) => text),
    )
    .action(bind(backup));
}

interface BackupOptions extends ChangeOptions {
  readonly to?: readonly string[];
}

async function backup(session: Session, name: string, options: BackupOptions): Promise<Outcome> {
  const to = (options.to ?? []).map((place) => readDestination(place, session.io.cwd));
  requireConfirmation(session, { yes: options.yes === true, dryRun: options.dryRun === true });
  const connect = await readConnectOptions(session, options);
  const core = await session.core();
  const instance = await findInstance(core, name);
  const outcome = await runChange(
    session,
    core,
    instance,
    { kind: 'backup', reason: 'asked', ...(to.length === 0 ? {} : { to }) },
    { question: texts.askBackup(instance.name), told: ({ name: of }) => texts.backedUp(of), options, connect },
  );
  if (outcome.answers?.runId === undefined) return outcome;
  const made = (await core.backups.list(instance.name)).at(0);
  if (made === undefined) return outcome;
  const { out } = session.screen;
  if (!session.json)
    out.print([], ...formatBackups([made], instance.name, session.io.nowMs(), out.look, out.columns()));
  return { ...outcome, answers: { ...outcome.answers, backup: made } };
}

export function backupsCommand(bind: Bind): Command {
  return new Command('backups')
    .summary('show the backups, newest first')
    .description(
      'Shows the backups, those of instances that are gone as well: when, why, how large, and where they lie.',
    )
    .argument('[name]', 'name of the instance', parseName)
    .addOption(jsonOption())
    .action(bind(backups));
}

async function backups(session: Session, name: string | undefined): Promise<Outcome> {
  const core = await session.core();
  const list = await core.backups.list(name);
  // of an instance that is gone there may still be some
  if (name !== undefined && list.length === 0) await findInstance(core, name);
  const { out } = session.screen;
  const nowMs = session.io.nowMs();
  if (!session.json) out.print(...formatBackups(list, name, nowMs, out.look, out.columns()));
  const left = (await core.instances.list()).flatMap(({ name: of, leftState }) =>
    leftState === undefined || (name !== undefined && of !== name) ? [] : [{ instanceName: of, ...leftState }],
  );
  if (!session.json && left.length > 0) out.print([], ...formatLeft(left, nowMs, out.look));
  return done({ backups: list, ...(left.length === 0 ? {} : { leftStates: left }) });
}

import { resolve } from 'node:path';
import type { Command } from 'commander';
import { formatDestination, parseDestination } from '../../shared/backup-words.ts';
import {
  backupPolicySchema,
  type BackupPolicy,
  type BackupSchedule,
  type Destination,
  type Retention,
} from '../../shared/model/backup.ts';
import type { ConnectOptions } from '../../core/index.ts';
import { confirm, requireAnswer } from '../flow/asking.ts';
import { connected } from '../flow/connecting.ts';
import { findInstance } from '../flow/finding.ts';
import { reportInstance } from '../json-lines.ts';
import { formatPolicy } from '../output/backups.ts';
import { dim } from '../output/line.ts';
import { withSpinner } from '../output/run-view.ts';
import type { Session } from '../session.ts';
import { texts } from '../text.ts';
import { dailySchema, keepSchema, weeklySchema } from '../values/backup-values.ts';
import {
  collectedBy,
  declined,
  done,
  instanceCommand,
  jsonOption,
  OFF,
  parsedBy,
  readConnectOptions,
  secretsOption,
  usageError,
  type Bind,
  type Off,
  type Outcome,
  type ReachOptions,
} from './command.ts';

interface PolicyOptions extends ReachOptions {
  readonly daily?: BackupSchedule;
  readonly weekly?: BackupSchedule;
  readonly off?: boolean;
  readonly keep?: Partial<Retention>;
  readonly to?: readonly string[];
  readonly yes?: boolean;
}

export function backupPolicyCommand(bind: Bind): Command {
  return instanceCommand('backup-policy', 'show or change when backups are made, where they go, how many are kept')
    .usage('<name> [options]')
    .description(
      'Shows or changes when backups of an instance are made by themselves, where they go and how many are kept. They are made while Hardshell is open, as an app or with hardshell serve. What is not named stays as it is.',
    )
    .option('--daily <hour>', '3: every day at three, in the time of this computer', parsedBy(dailySchema))
    .option('--weekly <day:hour>', 'sun:3: every Sunday at three', parsedBy(weeklySchema))
    .option('--off', 'make them only when asked, and before what is risky')
    .option('--keep <counts>', 'last=7,daily=7,weekly=4,monthly=6: those, and no others', parsedBy(keepSchema))
    .option(
      '--to <place>',
      'a folder, or sftp://USER@HOST[:PORT]/PATH, beside the data folder; repeat it for more; off: nowhere else',
      collectedBy((text: string) => text),
    )
    .option('--yes', 'change them without a question')
    .addOption(secretsOption())
    .addOption(jsonOption())
    .action(bind(backupPolicy));
}

async function backupPolicy(session: Session, name: string, options: PolicyOptions): Promise<Outcome> {
  const { daily, weekly, off, keep, to } = options;
  const schedules = [daily, weekly, off === true ? (OFF as Off) : undefined].filter((one) => one !== undefined);
  if (schedules.length > 1) throw usageError('--daily, --weekly and --off: choose one of them.');
  const isChange = schedules.length > 0 || keep !== undefined || to !== undefined;
  if (isChange) requireAnswer(session, options.yes === true);
  const destinations = to === undefined ? undefined : readDestinations(to, session.io.cwd);
  const connect = await readConnectOptions(session, options);
  const core = await session.core();
  const instance = await findInstance(core, name);
  const { out, err } = session.screen;
  const before = instance.backups ?? backupPolicySchema.parse({});
  const wanted = buildPolicy(before, schedules[0], keep, destinations);
  if (!session.json) out.print(...formatPolicy(instance.name, wanted, out.look, out.columns()));
  if (!isChange) return done({ policy: wanted, instance: reportInstance(instance) });
  const known = new Set(before.destinations.map(formatDestination));
  for (const destination of wanted.destinations)
    if (!known.has(formatDestination(destination))) await tryDestination(session, destination, connect);
  if (options.yes !== true) {
    const agreed = await confirm(session, texts.askPolicy, true);
    err.print([]);
    if (!agreed) {
      out.print([dim(texts.declined)]);
      return declined;
    }
  }
  await core.backups.setPolicy(instance.name, wanted);
  return done({ policy: wanted, instance: reportInstance(await findInstance(core, name)) });
}

/** Found out now, and not at three in the night. */
async function tryDestination(session: Session, destination: Destination, connect: ConnectOptions): Promise<void> {
  const { backups } = await session.core();
  await connected(session, connect, {
    run: (options) =>
      withSpinner(session, texts.tryingDestination(formatDestination(destination)), () =>
        backups.tryDestination(destination, options),
      ),
  });
}

function readDestinations(given: readonly string[], cwd: string): Destination[] {
  if (given.includes(OFF)) {
    if (given.length > 1) throw usageError('--to off: leave out the other places, or off.');
    return [];
  }
  return given.map((text) => readDestination(text, cwd));
}

/** A folder may be named from where one stands. Pure. @throws AppError `usage.invalid` */
export function readDestination(text: string, cwd: string): Destination {
  return parseDestination(/^sftp:/i.test(text) ? text : resolve(cwd, text));
}

function buildPolicy(
  { schedule: before, keep: kept, destinations: known }: BackupPolicy,
  schedule: BackupSchedule | Off | undefined,
  keep: Partial<Retention> | undefined,
  destinations: readonly Destination[] | undefined,
): BackupPolicy {
  const wanted = schedule === undefined ? before : schedule === OFF ? undefined : schedule;
  return backupPolicySchema.parse({
    ...(wanted === undefined ? {} : { schedule: wanted }),
    keep: { ...kept, ...keep },
    destinations: destinations ?? known,
  });
}

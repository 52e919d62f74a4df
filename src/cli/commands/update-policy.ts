import type { Command } from 'commander';
import type { BackupSchedule } from '../../shared/model/backup.ts';
import type { UpdatePolicy } from '../../shared/model/update.ts';
import { confirm, requireAnswer } from '../flow/asking.ts';
import { findInstance } from '../flow/finding.ts';
import { reportInstance } from '../json-lines.ts';
import { formatUpdatePolicy } from '../output/updates.ts';
import { dim } from '../output/line.ts';
import type { Session } from '../session.ts';
import { texts } from '../text.ts';
import { updateTexts } from '../text-updates.ts';
import { dailySchema, weeklySchema } from '../values/backup-values.ts';
import {
  declined,
  done,
  instanceCommand,
  jsonOption,
  OFF,
  parsedBy,
  usageError,
  type Bind,
  type Off,
  type Outcome,
} from './command.ts';

interface PolicyOptions {
  readonly daily?: BackupSchedule;
  readonly weekly?: BackupSchedule;
  readonly off?: boolean;
  readonly yes?: boolean;
}

export function updatePolicyCommand(bind: Bind): Command {
  return instanceCommand('update-policy', 'show or change when updates are made by themselves')
    .usage('<name> [options]')
    .description(
      'Shows or changes when an instance is brought to the newest version by itself: never without a backup, and back where it does not come up. Made while Hardshell is open, as an app or with hardshell serve. One that failed is not tried again.',
    )
    .option('--daily <hour>', '3: every day at three, in the time of this computer', parsedBy(dailySchema))
    .option('--weekly <day:hour>', 'sun:3: every Sunday at three', parsedBy(weeklySchema))
    .option('--off', 'make them only when asked')
    .option('--yes', 'change it without a question')
    .addOption(jsonOption())
    .action(bind(updatePolicy));
}

async function updatePolicy(session: Session, name: string, options: PolicyOptions): Promise<Outcome> {
  const { daily, weekly, off } = options;
  const asked = [daily, weekly, off === true ? (OFF as Off) : undefined].filter((one) => one !== undefined);
  if (asked.length > 1) throw usageError('--daily, --weekly and --off: choose one of them.');
  const [schedule] = asked;
  if (schedule !== undefined) requireAnswer(session, options.yes === true);
  const core = await session.core();
  const instance = await findInstance(core, name);
  const { out, err } = session.screen;
  const wanted: UpdatePolicy = schedule === undefined ? (instance.updates ?? {}) : schedule === OFF ? {} : { schedule };
  if (!session.json) out.print(...formatUpdatePolicy(instance.name, wanted, out.look, out.columns()));
  if (schedule === undefined) return done({ updatePolicy: wanted, instance: reportInstance(instance) });
  if (options.yes !== true) {
    const agreed = await confirm(session, updateTexts.askPolicy, true);
    err.print([]);
    if (!agreed) {
      out.print([dim(texts.declined)]);
      return declined;
    }
  }
  await core.updates.setPolicy(instance.name, wanted);
  return done({ updatePolicy: wanted, instance: reportInstance(await findInstance(core, name)) });
}

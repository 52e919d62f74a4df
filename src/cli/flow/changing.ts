import type { Command } from 'commander';
import type { Change, ConnectOptions, Core } from '../../core/index.ts';
import type { Instance } from '../../shared/model/instance.ts';
import { green } from '../output/line.ts';
import { marksOf } from '../output/look.ts';
import { waitingFor } from '../output/place-words.ts';
import { reportInstance } from '../json-lines.ts';
import type { Session } from '../session.ts';
import { declined, done, jsonOption, secretsOption, type Outcome, type ReachOptions } from '../commands/command.ts';
import { findInstance } from './finding.ts';
import { runPlanRequest } from './plan-run.ts';

export interface ChangeOptions extends ReachOptions {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

/** The options of a command that changes an instance that is there. */
export function addChangeOptions(command: Command): Command {
  return command
    .option('--dry-run', 'show the plan and change nothing')
    .option('--yes', 'run the plan without a question')
    .addOption(secretsOption())
    .addOption(jsonOption());
}

/** Plans, shows, asks, runs. @param told what is said of the instance when it is done */
export async function runChange(
  session: Session,
  core: Core,
  { name, target }: Instance,
  change: Change,
  how: {
    readonly question: string;
    readonly told: (instance: Instance) => string;
    readonly options: ChangeOptions;
    readonly connect: ConnectOptions;
  },
): Promise<Outcome> {
  const outcome = await runPlanRequest(session, {
    waiting: waitingFor(target),
    question: how.question,
    options: { yes: how.options.yes === true, dryRun: how.options.dryRun === true },
    connect: how.connect,
    preview: (connecting) => core.changes.preview(name, change, connecting),
    start: (previewId, running) => core.changes.start(previewId, running),
    discard: (previewId) => core.deployments.discard(previewId),
  });
  if (outcome.is === 'declined') return declined;
  if (outcome.is === 'shown') return done(outcome.answers);
  const { run } = outcome;
  const instance = await findInstance(core, name);
  const { out } = session.screen;
  if (!session.json) out.print([], [green(marksOf(out.look).done), ` ${how.told(instance)}`]);
  return done({
    instance: reportInstance(instance),
    runId: run.runId,
    ...(run.stats === undefined ? {} : { stats: run.stats }),
  });
}

import type { Command } from 'commander';
import { requireConfirmation } from '../flow/asking.ts';
import { findInstance } from '../flow/finding.ts';
import { runPlanRequest } from '../flow/plan-run.ts';
import { green } from '../output/line.ts';
import { marksOf } from '../output/look.ts';
import { waitingFor } from '../output/place-words.ts';
import { reportInstance } from '../json-lines.ts';
import type { Session } from '../session.ts';
import { texts } from '../text.ts';
import { importTexts } from '../text-import.ts';
import {
  declined,
  done,
  instanceCommand,
  jsonOption,
  readConnectOptions,
  secretsOption,
  type Bind,
  type Outcome,
  type ReachOptions,
} from './command.ts';

interface RemoveOptions extends ReachOptions {
  readonly purge?: boolean;
  readonly yes?: boolean;
}

export function removeCommand(bind: Bind): Command {
  return instanceCommand('remove', 'undo what deploy did')
    .description(
      'Undoes what deploy did. The state folder (sessions, workspace, configuration) is kept, unless --purge deletes it.',
    )
    .option('--purge', 'delete the state folder as well')
    .option('--yes', 'run the plan without a question')
    .addOption(secretsOption())
    .addOption(jsonOption())
    .action(bind(remove));
}

async function remove(session: Session, name: string, options: RemoveOptions): Promise<Outcome> {
  const how = { yes: options.yes === true, dryRun: false };
  requireConfirmation(session, how);
  const connect = await readConnectOptions(session, options);
  const core = await session.core();
  const { target } = await findInstance(core, name);
  const purge = options.purge === true;
  const outcome = await runPlanRequest(session, {
    waiting: waitingFor(target),
    question: texts.askRemove(name),
    options: how,
    connect,
    preview: (connecting) => core.removals.preview(name, { purge }, connecting),
    start: (previewId, running) => core.removals.start(previewId, running),
    discard: (previewId) => core.deployments.discard(previewId),
  });
  if (outcome.is !== 'done') return declined;
  const { run, instance } = outcome;
  if (!session.json) {
    const { out } = session.screen;
    out.print(
      [],
      [
        green(marksOf(out.look).done),
        ` ${instance.adopted === undefined ? texts.removed(name, purge) : importTexts.forgotten(name)}`,
      ],
    );
  }
  return done({
    instance: reportInstance(instance),
    runId: run.runId,
    ...(run.stats === undefined ? {} : { stats: run.stats }),
  });
}

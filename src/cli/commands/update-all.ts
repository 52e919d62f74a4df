import { toAppError } from '../../shared/app-error.ts';
import { isOlder } from '../../shared/version-order.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { ConnectOptions, Core } from '../../core/index.ts';
import { CommandFailure } from '../command-failure.ts';
import { tellFailure } from '../failing.ts';
import { confirm } from '../flow/asking.ts';
import { withSpinner } from '../output/run-view.ts';
import { bold, dim } from '../output/line.ts';
import { formatUpdated } from '../output/updates.ts';
import type { Updated } from '../json-updates.ts';
import type { Session } from '../session.ts';
import { texts } from '../text.ts';
import { updateTexts } from '../text-updates.ts';
import { declined, done, usageError, type Outcome } from './command.ts';
import { changeVersion, type UpdateOptions } from './update.ts';

interface Wanted {
  readonly instance: Instance;
  readonly to: string;
}

/**
 * One after another, and no further than to the first that fails: what is wrong with a version is wrong with it everywhere. Which
 * one is newer is told by the records: machines are asked when it is their turn, because one that is away keeps no other waiting.
 */
export async function updateAll(
  session: Session,
  core: Core,
  options: UpdateOptions,
  connect: ConnectOptions,
): Promise<Outcome> {
  const { out, err } = session.screen;
  const instances = (await core.instances.list()).filter(({ phase }) => phase === 'deployed');
  if (instances.length === 0) throw usageError(updateTexts.noneDeployed);
  const newest = options.version ?? (await readNewest(session, core));
  const all: Updated[] = [];
  const wanted: Wanted[] = [];
  for (const instance of instances) {
    const to = instance.pendingUpdate?.version ?? newest;
    const is = judge(instance, newest);
    if (is === 'left') wanted.push({ instance, to });
    all.push({ instanceName: instance.name, is, from: instance.version, ...(is === 'adopted' ? {} : { to }) });
  }
  const show = (): void => {
    if (!session.json) out.print([], ...formatUpdated(all, out.look, out.columns()));
  };
  const answers = { updated: all };
  if (wanted.length === 0) {
    if (all.some(({ is }) => is !== 'newest')) show();
    else if (!session.json) out.print([updateTexts.allNewest]);
    return done(answers);
  }
  show();
  if (options.dryRun === true) {
    if (!session.json) out.print([updateTexts.dryRunAll(wanted.length)]);
    return done({ ...answers, dryRun: true, changes: wanted.length });
  }
  if (options.yes !== true) {
    const agreed = await confirm(session, updateTexts.askAll(wanted.length), true);
    err.print([]);
    if (!agreed) {
      out.print([dim(texts.declined)]);
      return declined;
    }
  }
  const mark = (name: string, more: Partial<Updated>): void => {
    const index = all.findIndex(({ instanceName }) => instanceName === name);
    const before = all[index];
    if (before !== undefined) all[index] = { ...before, ...more };
  };
  for (const { instance, to } of wanted) {
    const { name } = instance;
    if (!session.json) out.print([], [bold(updateTexts.heading(name))]);
    try {
      const { answers: said } = await changeVersion(session, core, instance, to, { ...options, yes: true }, connect);
      mark(name, { is: 'done', ...(said?.runId === undefined ? {} : { runId: said.runId }) });
    } catch (error) {
      const failure = tellFailure(session, error);
      const run = error instanceof CommandFailure ? error.run : undefined;
      mark(name, { is: 'failed', ...(run === undefined ? {} : { runId: run.runId }) });
      show();
      return { ...failure, error: failure.error ?? toAppError(error), answers: { ...failure.answers, ...answers } };
    }
  }
  show();
  return done(answers);
}

/**
 * What is suspended was to stand still, and what was adopted is updated by others, of whom its record does not hear: one of
 * them keeps no other waiting. Pure.
 */
function judge(
  { adopted, suspension, pendingUpdate, version }: Instance,
  newest: string,
): 'adopted' | 'newest' | 'suspended' | 'left' {
  if (adopted !== undefined) return 'adopted';
  if (pendingUpdate === undefined && !isOlder(version, newest)) return 'newest';
  return suspension === undefined ? 'left' : 'suspended';
}

async function readNewest(session: Session, core: Core): Promise<string> {
  const { tags, newest } = await withSpinner(session, updateTexts.askingRegistry, () =>
    core.versions.list(session.signal),
  );
  return tags['latest'] ?? newest[0] ?? '0.0.0';
}

import { Command, Option } from 'commander';
import { isSameName } from '../../shared/model/ids.ts';
import type { Backup } from '../../shared/model/backup.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { DeploymentSpec } from '../../shared/model/spec.ts';
import { parseTarget, type Target } from '../../shared/model/target.ts';
import type { ConnectOptions, Core } from '../../core/index.ts';
import { requireConfirmation } from '../flow/asking.ts';
import { addChangeOptions, runChange, type ChangeOptions } from '../flow/changing.ts';
import { findBackup } from '../flow/finding-backups.ts';
import { findInstance } from '../flow/finding.ts';
import { runPlanRequest } from '../flow/plan-run.ts';
import { waitingFor } from '../output/place-words.ts';
import { formatAge } from '../output/quantity.ts';
import type { Session } from '../session.ts';
import { texts } from '../text.ts';
import { readSpec } from './deploy-request.ts';
import { declined, done, parseName, readConnectOptions, usageError, type Bind, type Outcome } from './command.ts';

interface RestoreOptions extends ChangeOptions {
  readonly in?: string;
  readonly as?: string;
  readonly to?: Target;
  readonly identity?: string;
}

export function restoreCommand(bind: Bind): Command {
  const command = new Command('restore')
    .summary('put a backup back, in place or as a new instance')
    .description(
      'Puts a backup back: into the instance it is of, into another, or as a new one elsewhere. What is there now is backed up first, and comes back by itself when anything goes wrong. Port, token and the way in stay those of the instance.',
    )
    .argument('<backup>', 'id of the backup, or its beginning')
    .addOption(new Option('--in <name>', 'into this instance (default: the one it is of)').argParser(parseName))
    .addOption(new Option('--as <name>', 'as a new instance of this name, with --to').argParser(parseName))
    .addOption(
      new Option('--to <place>', 'local, docker, ssh://USER@HOST[:PORT] or docker+ssh://…').argParser((text: string) =>
        parseTarget(text),
      ),
    )
    .option('--identity <file>', 'private key to log in with, for --to');
  return addChangeOptions(command).action(bind(restore));
}

async function restore(session: Session, id: string, options: RestoreOptions): Promise<Outcome> {
  const { in: into, as, to } = options;
  if (into !== undefined && as !== undefined)
    throw usageError('--in is for an instance that is there, --as for a new one: choose one.');
  if (as === undefined && to !== undefined) throw usageError('--to needs --as: the name of the new instance.');
  if (as !== undefined && to === undefined) throw usageError(texts.noPlace.message, texts.noPlace.hint);
  requireConfirmation(session, { yes: options.yes === true, dryRun: options.dryRun === true });
  const connect = await readConnectOptions(session, options);
  const core = await session.core();
  const backup = await findBackup(core, id);
  if (as === undefined || to === undefined)
    return await restoreInto(session, core, await findOwner(core, backup, into), backup, options, connect);
  const begun = await deployFor(session, core, backup, { ...options, as, to }, connect);
  if ('exitCode' in begun) return begun;
  // one question was asked for both
  return await restoreInto(session, core, begun, backup, { ...options, yes: true }, connect);
}

async function findOwner(core: Core, backup: Backup, into: string | undefined): Promise<Instance> {
  if (into !== undefined) return await findInstance(core, into);
  const owner = (await core.instances.list()).find(({ id }) => id === backup.instanceId);
  if (owner !== undefined) return owner;
  throw usageError(
    texts.ownerGone(backup.instanceName),
    `Say into which one: --in NAME, or --as ${backup.instanceName} --to PLACE for a new one.`,
  );
}

async function restoreInto(
  session: Session,
  core: Core,
  instance: Instance,
  backup: Backup,
  options: ChangeOptions,
  connect: ConnectOptions,
): Promise<Outcome> {
  const age = formatAge(Date.parse(backup.createdAt), session.io.nowMs());
  const { out } = session.screen;
  const isOwn = backup.instanceId === instance.id;
  const meaning = isOwn
    ? texts.restoreMeans(instance.name, age)
    : texts.restoreMeansOther(instance.name, backup.instanceName, age);
  if (!session.json) out.print([meaning], []);
  const outcome = await runChange(
    session,
    core,
    instance,
    { kind: 'restore', backup: backup.id },
    {
      question: texts.askRestore(instance.name),
      told: ({ name }) => (isOwn ? texts.restored(name, age) : texts.restoredOther(name, backup.instanceName, age)),
      options,
      connect,
    },
  );
  return outcome.answers === undefined ? outcome : { ...outcome, answers: { ...outcome.answers, backup } };
}

/** Deploys what the backup goes into. @returns the outcome where it ends there */
async function deployFor(
  session: Session,
  core: Core,
  backup: Backup,
  options: RestoreOptions & { readonly as: string; readonly to: Target },
  connect: ConnectOptions,
): Promise<Instance | Outcome> {
  const { as, to, identity } = options;
  const instances = await core.instances.list();
  const namesake = instances.find(({ name }) => isSameName(name, as));
  if (namesake?.phase === 'deployed')
    throw usageError(`${as} is there already.`, `hardshell restore ${backup.id} --in ${as}`);
  const model = instances.find(({ id }) => id === backup.instanceId);
  const asked = await readSpec(
    as,
    { to, version: backup.version, ...(identity === undefined ? {} : { identity }) },
    session.io.cwd,
    () => Promise.resolve(undefined),
  );
  const spec: DeploymentSpec = { ...asked, ...likeBefore(model, to) };
  const outcome = await runPlanRequest(session, {
    waiting: waitingFor(spec.target),
    question: texts.askDeployAndRestore(as),
    options: { yes: options.yes === true, dryRun: options.dryRun === true },
    connect,
    preview: (connecting) => core.deployments.preview(spec, connecting),
    start: (previewId, running) => core.deployments.start(previewId, running),
    discard: (previewId) => core.deployments.discard(previewId),
  });
  if (outcome.is === 'declined') return declined;
  if (outcome.is === 'shown') return done(outcome.answers);
  return await findInstance(core, as);
}

/** Model, key and instructions come with the backup; what stands beside the state comes from here. */
function likeBefore(model: Instance | undefined, to: Target): Partial<DeploymentSpec> {
  if (model === undefined) return {};
  const { telemetry, installer, limits, container } = model;
  return to.kind === 'docker'
    ? {
        telemetry,
        ...(limits === undefined ? {} : { limits }),
        ...(container?.imageChoice === undefined ? {} : { image: container.imageChoice }),
      }
    : { telemetry, installer };
}

import { Command, Option } from 'commander';
import type { Instance } from '../../shared/model/instance.ts';
import { versionSchema } from '../../shared/model/spec.ts';
import type { ConnectOptions, Core, UpdateOffer } from '../../core/index.ts';
import { requireConfirmation } from '../flow/asking.ts';
import { addChangeOptions, runChange, type ChangeOptions } from '../flow/changing.ts';
import { connected } from '../flow/connecting.ts';
import { findInstance } from '../flow/finding.ts';
import { reportInstance } from '../json-lines.ts';
import { reportOffer } from '../json-updates.ts';
import { formatOffer } from '../output/updates.ts';
import { withSpinner } from '../output/run-view.ts';
import type { Session } from '../session.ts';
import { updateTexts } from '../text-updates.ts';
import { updateAll } from './update-all.ts';
import { done, parsedBy, parseName, readConnectOptions, usageError, type Bind, type Outcome } from './command.ts';

export interface UpdateOptions extends ChangeOptions {
  readonly all?: boolean;
  readonly version?: string;
}

export function updateCommand(bind: Bind): Command {
  const command = new Command('update')
    .summary('bring OpenClaw to a newer version, or back where it does not come up')
    .description(
      'Brings OpenClaw to a newer version: after a backup, tried on a copy first, looked over afterwards, and back to what was there by itself where anything goes wrong.',
    )
    .argument('[name]', 'name of the instance', parseName)
    .option('--all', 'every instance that has a newer version, one after another, up to the first that fails')
    .addOption(
      new Option('--version <version>', 'this version (default: the newest)').argParser(parsedBy(versionSchema)),
    );
  return addChangeOptions(command).action(bind(update));
}

async function update(session: Session, name: string | undefined, options: UpdateOptions): Promise<Outcome> {
  if (name === undefined && options.all !== true)
    throw usageError(updateTexts.needsName.message, updateTexts.needsName.hint);
  if (name !== undefined && options.all === true) throw usageError(updateTexts.nameAndAll);
  requireConfirmation(session, { yes: options.yes === true, dryRun: options.dryRun === true });
  const connect = await readConnectOptions(session, options);
  const core = await session.core();
  if (name === undefined) return updateAll(session, core, options, connect);
  const instance = await findInstance(core, name);
  const { pendingUpdate } = instance;
  // What was cut short is gone on with, also where there is a newer one by now, or the machine runs it already.
  const wanted = options.version ?? pendingUpdate?.version;
  const offer = await look(session, core, instance, wanted, connect);
  const { out } = session.screen;
  const version = wanted ?? offer.version;
  if (version === undefined || (version === offer.runs && pendingUpdate === undefined)) {
    const told = options.version === undefined ? updateTexts.isNewest : updateTexts.runsAlready;
    if (!session.json) out.print([told(instance.name, offer.runs)]);
    return done({ instance: reportInstance(instance), update: reportOffer(offer) });
  }
  if (!session.json) out.print(...formatOffer(instance.name, offer, out.look, out.columns()));
  const outcome = await changeVersion(session, core, instance, version, options, connect);
  return { ...outcome, answers: { ...outcome.answers, update: reportOffer(offer) } };
}

export async function look(
  session: Session,
  core: Core,
  { name }: Instance,
  version: string | undefined,
  connect: ConnectOptions,
): Promise<UpdateOffer> {
  return connected(session, connect, {
    run: (given) => withSpinner(session, updateTexts.asking(name), () => core.updates.look(name, version, given)),
  });
}

/** @throws CommandFailure as `runChange` */
export function changeVersion(
  session: Session,
  core: Core,
  instance: Instance,
  version: string,
  options: ChangeOptions,
  connect: ConnectOptions,
): Promise<Outcome> {
  return runChange(
    session,
    core,
    instance,
    { kind: 'update', version, reason: 'asked' },
    {
      question: updateTexts.askUpdate(instance.name, version),
      told: (changed) => updateTexts.updated(changed.name, changed.version),
      options,
      connect,
    },
  );
}

import type { Command } from 'commander';
import { AppError } from '../../shared/app-error.ts';
import { requireConfirmation } from '../flow/asking.ts';
import { addChangeOptions, runChange, type ChangeOptions } from '../flow/changing.ts';
import { findInstance } from '../flow/finding.ts';
import { formatAge } from '../output/quantity.ts';
import type { Session } from '../session.ts';
import { updateTexts } from '../text-updates.ts';
import { instanceCommand, readConnectOptions, type Bind, type Outcome } from './command.ts';

export function rollbackCommand(bind: Bind): Command {
  const command = instanceCommand('rollback', 'take the last update back, the state with it').description(
    'Takes the last update back: the version before it, and the state as it was then. State goes forward only, so what has come since is not there afterwards: it is kept as a backup of its own.',
  );
  return addChangeOptions(command).action(bind(rollback));
}

async function rollback(session: Session, name: string, options: ChangeOptions): Promise<Outcome> {
  requireConfirmation(session, { yes: options.yes === true, dryRun: options.dryRun === true });
  const connect = await readConnectOptions(session, options);
  const core = await session.core();
  const instance = await findInstance(core, name);
  const wayBack = instance.pendingUpdate?.from ?? instance.wayBack;
  if (wayBack === undefined) throw new AppError('rollback.none');
  const age = formatAge(Date.parse(wayBack.at), session.io.nowMs());
  const { out } = session.screen;
  if (!session.json) out.print([updateTexts.means(instance.name, wayBack.version, age)], []);
  return runChange(
    session,
    core,
    instance,
    { kind: 'rollback' },
    {
      question: updateTexts.askRollback(instance.name),
      told: (changed) => updateTexts.rolledBack(changed.name, changed.version),
      options,
      connect,
    },
  );
}

import type { Command } from 'commander';
import { requireConfirmation } from '../flow/asking.ts';
import { addChangeOptions, runChange, type ChangeOptions } from '../flow/changing.ts';
import { findInstance } from '../flow/finding.ts';
import type { Session } from '../session.ts';
import { updateTexts } from '../text-updates.ts';
import { instanceCommand, readConnectOptions, type Bind, type Outcome } from './command.ts';

export function leftRemoveCommand(bind: Bind): Command {
  const command = instanceCommand('left-remove', 'remove the state that a failed update has left').description(
    'Removes what an update that failed had made of the state. It lies beside the state that is in use, because there is no backup of it, and goes with the first backup after 30 days.',
  );
  return addChangeOptions(command).action(bind(removeLeft));
}

async function removeLeft(session: Session, name: string, options: ChangeOptions): Promise<Outcome> {
  requireConfirmation(session, { yes: options.yes === true, dryRun: options.dryRun === true });
  const connect = await readConnectOptions(session, options);
  const core = await session.core();
  const instance = await findInstance(core, name);
  return runChange(
    session,
    core,
    instance,
    { kind: 'forget' },
    {
      question: updateTexts.askForget(instance.name),
      told: (changed) => updateTexts.forgot(changed.name),
      options,
      connect,
    },
  );
}

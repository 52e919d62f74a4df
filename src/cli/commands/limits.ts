import type { Command } from 'commander';
import { requireConfirmation } from '../flow/asking.ts';
import { addChangeOptions, runChange, type ChangeOptions } from '../flow/changing.ts';
import { findInstance } from '../flow/finding.ts';
import { reportInstance } from '../json-lines.ts';
import { formatLimits } from '../output/operations.ts';
import type { Session } from '../session.ts';
import { texts } from '../text.ts';
import { done, instanceCommand, readConnectOptions, usageError, type Bind, type Outcome } from './command.ts';
import { addLimitOptions, readLimits, type LimitOptions } from './limit-options.ts';

export function limitsCommand(bind: Bind): Command {
  const command = instanceCommand('limits', 'show or change what a container may take of its machine').description(
    'Shows what the container of an instance may take of its machine, or changes it, at once where the engine can.',
  );
  return addChangeOptions(addLimitOptions(command)).action(bind(limits));
}

async function limits(session: Session, name: string, options: ChangeOptions & LimitOptions): Promise<Outcome> {
  const isChange = options.memory !== undefined || options.cpus !== undefined;
  if (isChange) requireConfirmation(session, { yes: options.yes === true, dryRun: options.dryRun === true });
  const connect = await readConnectOptions(session, options);
  const core = await session.core();
  const instance = await findInstance(core, name);
  if (instance.target.kind !== 'docker') throw usageError(texts.limitsNeedDocker.message, texts.limitsNeedDocker.hint);
  const wanted = readLimits(options, instance.limits);
  if (wanted !== undefined) {
    return await runChange(
      session,
      core,
      instance,
      { kind: 'limits', limits: wanted },
      {
        question: texts.askChange(name),
        told: (changed) => texts.mayTake(changed.name, formatLimits(changed.limits)),
        options,
        connect,
      },
    );
  }
  const { out } = session.screen;
  if (!session.json) out.print([texts.mayTake(instance.name, formatLimits(instance.limits))]);
  return done({ instance: reportInstance(instance) });
}

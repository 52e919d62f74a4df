import { Argument, type Command } from 'commander';
import { requireConfirmation } from '../flow/asking.ts';
import { addChangeOptions, runChange, type ChangeOptions } from '../flow/changing.ts';
import { findInstance } from '../flow/finding.ts';
import type { Session } from '../session.ts';
import { tokenTexts as words } from '../text-access.ts';
import { done, instanceCommand, readConnectOptions, usageError, type Bind, type Outcome } from './command.ts';

const verbs = ['show', 'rotate'] as const;

export function tokenCommand(bind: Bind): Command {
  const command = instanceCommand('token', 'show the gateway token of an instance, or make a new one')
    .description(
      'show prints the token that opens an instance. rotate makes a new one, puts it wherever the old one is named, and ends only when the old one is seen refused. Devices that were let in stay so.',
    )
    .addArgument(new Argument('<verb>', 'show or rotate').choices(verbs));
  return addChangeOptions(command).action(bind(token));
}

async function token(
  session: Session,
  name: string,
  verb: (typeof verbs)[number],
  options: ChangeOptions,
): Promise<Outcome> {
  if (verb === 'show') return show(session, name, options);
  requireConfirmation(session, { yes: options.yes === true, dryRun: options.dryRun === true });
  const connect = await readConnectOptions(session, options);
  const core = await session.core();
  const instance = await findInstance(core, name);
  return await runChange(
    session,
    core,
    instance,
    { kind: 'rotate-token' },
    {
      question: words.askRotate(instance.name),
      told: (changed) => words.rotated(changed.name),
      options,
      connect,
    },
  );
}

async function show(session: Session, name: string, options: ChangeOptions): Promise<Outcome> {
  if (options.dryRun === true) throw usageError(words.showPlansNothing);
  const core = await session.core();
  const instance = await findInstance(core, name);
  const secret = await core.instances.token(instance.id);
  if (session.json) session.emit({ type: 'token', token: secret.reveal() });
  else session.screen.out.print([secret.reveal()]);
  return done();
}

import type { Command } from 'commander';
import type { SshKeyWish } from '../../shared/model/ssh-key.ts';
import { requireConfirmation } from '../flow/asking.ts';
import { addChangeOptions, runChange, type ChangeOptions } from '../flow/changing.ts';
import { findInstance } from '../flow/finding.ts';
import type { Session } from '../session.ts';
import { sshKeyTexts as words } from '../text-ssh-key.ts';
import { instanceCommand, readConnectOptions, usageError, type Bind, type Outcome } from './command.ts';

interface SshKeyOptions extends ChangeOptions {
  readonly disablePasswords?: boolean;
  readonly enablePasswords?: boolean;
  readonly remove?: boolean;
}

export function sshKeyCommand(bind: Bind): Command {
  const command = instanceCommand('ssh-key', "give an instance's server a key of this panel, or take it away")
    .description(
      'Makes a key for this login alone, lets it in, sees it come in, and signs in with it from then on. Passwords are turned off only on trial: unless the key comes in through the changed server, that turns them on again by itself.',
    )
    .option('--disable-passwords', 'then turn password logins off, for every account of the server')
    .option('--enable-passwords', 'turn password logins on again')
    .option('--remove', 'take the key away, if this computer gets in without it');
  return addChangeOptions(command).action(bind(sshKey));
}

async function sshKey(session: Session, name: string, options: SshKeyOptions): Promise<Outcome> {
  const { wish, words: said } = readWish(options);
  requireConfirmation(session, { yes: options.yes === true, dryRun: options.dryRun === true });
  const connect = await readConnectOptions(session, options);
  const core = await session.core();
  const instance = await findInstance(core, name);
  return await runChange(
    session,
    core,
    instance,
    { kind: 'ssh-key', wish },
    {
      question: words.ask[said](instance.name),
      told: (changed) => words.told[said](changed.name),
      options,
      connect,
    },
  );
}

function readWish({ disablePasswords = false, enablePasswords = false, remove = false }: SshKeyOptions): {
  readonly wish: SshKeyWish;
  readonly words: keyof typeof words.ask;
} {
  if (disablePasswords && (enablePasswords || remove)) throw usageError(words.conflict);
  if (remove) return { wish: { key: 'remove', passwords: enablePasswords ? 'on' : 'as-is' }, words: 'remove' };
  if (enablePasswords) return { wish: { key: 'as-is', passwords: 'on' }, words: 'on' };
  return disablePasswords
    ? { wish: { key: 'install', passwords: 'off' }, words: 'off' }
    : { wish: { key: 'install', passwords: 'as-is' }, words: 'install' };
}

import { AppError } from '../../shared/app-error.ts';
import type { backupCalls } from '../../shared/contract/backup.ts';
import type { DeploymentSecretsInput } from '../../shared/model/spec.ts';
import type { ConnectOptions } from '../../core/index.ts';
import type { CallContext, Handlers } from '../context.ts';
import { wrapSecrets } from '../views.ts';

/** What the file of the recovery sheet is called, unless the person says otherwise. */
const SHEET_NAME = 'hardshell-recovery-sheet.txt';

interface Reach {
  readonly secrets: DeploymentSecretsInput;
  readonly trustHostKeys: readonly string[];
}

function readReach({ secrets: given, trustHostKeys }: Reach, { panel, session }: CallContext): ConnectOptions {
  const secrets = wrapSecrets(given);
  panel.masks.add(Object.values(secrets));
  return { secrets, trustHostKeys, signal: session.signal };
}

export const backupHandlers: Handlers<keyof typeof backupCalls> = {
  'backup.list': async (_, { panel }) => await panel.core.backups.list(),
  'backup.verify': async ({ backupId, ...reach }, context) =>
    await context.panel.core.backups.verify(backupId, readReach(reach, context)),
  'backup.remove': async ({ backupId, ...reach }, context) => {
    await context.panel.core.backups.remove(backupId, readReach(reach, context));
    return null;
  },
  'backup.setPolicy': async ({ instanceId, policy }, { panel }) => {
    await panel.core.backups.setPolicy((await panel.find(instanceId)).name, policy);
    return null;
  },
  'backup.tryDestination': async ({ destination, ...reach }, context) => {
    await context.panel.core.backups.tryDestination(destination, readReach(reach, context));
    return null;
  },
  'backup.adopt': async ({ from, ...reach }, context) => {
    const options = readReach(reach, context);
    const key = options.secrets?.backupKey;
    return await context.panel.core.backups.adopt(from, { ...options, ...(key === undefined ? {} : { key }) });
  },
  'recovery.reveal': async (_, { panel }) => {
    const { recipient, text } = await panel.core.backups.recoverySheet();
    return { recipient, text: text.reveal() };
  },
  'recovery.save': async (_, { panel }) => {
    if (panel.actions.saveSecret === undefined) {
      throw new AppError('usage.invalid', {
        message: 'This door writes no files.',
        hint: 'Show the recovery sheet and print it from there.',
      });
    }
    const { text } = await panel.core.backups.recoverySheet();
    return { saved: await panel.actions.saveSecret(SHEET_NAME, text) };
  },
};

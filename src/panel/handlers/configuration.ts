import type { configurationCalls } from '../../shared/contract/configuration.ts';
import type { ConfigEdit } from '../../shared/model/configuration.ts';
import { listSecretsIn } from '../../core/index.ts';
import { Secret } from '../../shared/secret.ts';
import type { CallContext, Handlers } from '../context.ts';

/** What was typed in the open is struck out of errors, as everything is that is handed in. */
function mask(edit: ConfigEdit, { panel }: CallContext): void {
  const text = edit.kind === 'text' ? edit.text : edit.kind === 'patch' ? JSON.stringify(edit.patch) : '';
  panel.masks.add(listSecretsIn(text).map((secret) => new Secret(secret)));
}

export const configurationHandlers: Handlers<keyof typeof configurationCalls> = {
  'configuration.read': async ({ instanceId }, { panel, session }) =>
    await panel.core.configuration.read((await panel.find(instanceId)).name, { signal: session.signal }),
  'configuration.preview': async ({ instanceId, edit, base }, context) => {
    const { panel, session } = context;
    mask(edit, context);
    const { name } = await panel.find(instanceId);
    return await panel.core.configuration.preview(name, edit, { base, signal: session.signal });
  },
  'configuration.lint': async ({ instanceId, text }, context) => {
    const { panel, session } = context;
    mask({ kind: 'text', text }, context);
    return await panel.core.configuration.lint((await panel.find(instanceId)).name, text, { signal: session.signal });
  },
  'configuration.describe': async ({ instanceId, path }, { panel, session }) =>
    await panel.core.configuration.describe((await panel.find(instanceId)).name, path, { signal: session.signal }),
  // Who has said yes and closed the page has said yes.
  'configuration.apply': async ({ instanceId, edit, base, why }, context) => {
    const { panel } = context;
    mask(edit, context);
    return (await panel.core.configuration.apply((await panel.find(instanceId)).name, edit, { base, why })) ?? null;
  },
  'configuration.history': async ({ instanceId }, { panel }) =>
    await panel.core.configuration.history((await panel.find(instanceId)).name),
};

import type { updateCalls } from '../../shared/contract/update.ts';
import type { Handlers } from '../context.ts';
import { viewOffer } from '../views-update.ts';

export const updateHandlers: Handlers<keyof typeof updateCalls> = {
  'update.look': async ({ instanceId, version }, { panel, session }) => {
    const { name } = await panel.find(instanceId);
    return viewOffer(await panel.core.updates.look(name, version, { signal: session.signal }));
  },
  'update.setPolicy': async ({ instanceId, policy }, { panel }) => {
    await panel.core.updates.setPolicy((await panel.find(instanceId)).name, policy);
    return null;
  },
};

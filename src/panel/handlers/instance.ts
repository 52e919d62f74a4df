import { AppError } from '../../shared/app-error.ts';
import type { instanceCalls } from '../../shared/contract/instance.ts';
import type { Handlers } from '../context.ts';
import { viewInstance, viewStatus } from '../views.ts';

export const instanceHandlers: Handlers<keyof typeof instanceCalls> = {
  'instance.list': async (_, { panel }) => (await panel.core.instances.list()).map(viewInstance),
  'instance.status': async ({ instanceId }, { panel, session }) => {
    const { name } = await panel.find(instanceId);
    const status = await panel.core.instances.status(name, { signal: session.signal });
    return viewStatus(status, panel.report);
  },
  'instance.start': async ({ instanceId }, { panel }) => {
    await panel.core.instances.start((await panel.find(instanceId)).name);
    return null;
  },
  'instance.stop': async ({ instanceId }, { panel }) => {
    await panel.core.instances.stop((await panel.find(instanceId)).name);
    return null;
  },
  'instance.restart': async ({ instanceId }, { panel }) => {
    await panel.core.instances.restart((await panel.find(instanceId)).name);
    return null;
  },
  'instance.watch': async ({ instanceId }, { session }) => ({
    history: [...(await session.watches.begin(instanceId))],
  }),
  'instance.unwatch': async ({ instanceId }, { session }) => {
    await session.watches.end(instanceId);
    return null;
  },
  'secret.reveal': async ({ instanceId }, { panel }) => ({
    token: (await panel.core.instances.token(instanceId)).reveal(),
  }),
  'secret.copy': async ({ instanceId }, { panel }) => {
    if (panel.actions.copySecret === undefined) {
      throw new AppError('usage.invalid', {
        message: 'This door has no clipboard of its own.',
        hint: 'Show the token and copy it from there.',
      });
    }
    await panel.actions.copySecret(await panel.core.instances.token(instanceId));
    return null;
  },
};

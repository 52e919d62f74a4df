import type { alertCalls } from '../../shared/contract/alert.ts';
import { Secret } from '../../shared/secret.ts';
import type { Handlers } from '../context.ts';

export const alertHandlers: Handlers<keyof typeof alertCalls> = {
  'alert.list': async (_, { panel }) => await panel.core.alerts.list(),
  'alert.settings': async (_, { panel }) => await panel.core.alerts.settings(),
  'alert.set': async ({ policy, telegramToken, webhookUrl }, { panel }) => {
    const secrets = {
      ...(telegramToken === undefined ? {} : { telegramToken: new Secret(telegramToken) }),
      ...(webhookUrl === undefined ? {} : { webhookUrl: new Secret(webhookUrl) }),
    };
    panel.masks.add(Object.values(secrets));
    return await panel.core.alerts.set(policy, secrets);
  },
  'alert.test': async (_, { panel, session }) => {
    const tests = await panel.core.alerts.test({
      // A browser shows nothing of its own: there the channel has nobody to tell.
      ...(panel.door === 'desktop' ? { notify: (title, body) => panel.actions.notify(title, body) } : {}),
      signal: session.signal,
    });
    return tests.map(({ channel, problem }) => ({
      channel,
      ...(problem === undefined ? {} : { problem: panel.report(problem) }),
    }));
  },
  'watch.status': async (_, { panel }) => await panel.core.watchService.status(),
  'watch.install': async (_, { panel }) => await panel.core.watchService.install(),
  'watch.uninstall': async (_, { panel }) => await panel.core.watchService.uninstall(),
};

import type { serverCalls, SavedServerView } from '../../shared/contract/server.ts';
import { findServer, formatTarget } from '../../shared/model/target.ts';
import type { Handlers, PanelContext } from '../context.ts';
import { wrapSecrets } from '../views.ts';

async function listServers({ core }: PanelContext): Promise<SavedServerView[]> {
  const servers = new Map<string, SavedServerView>();
  for (const { id, name, target } of await core.instances.list()) {
    const server = findServer(target);
    if (server === undefined) continue;
    const place = formatTarget(server);
    const known = servers.get(place) ?? { target: server, instances: [], rememberedLogin: false };
    servers.set(place, {
      ...known,
      instances: [...known.instances, { id, name }],
      rememberedLogin: known.rememberedLogin || (await core.logins.isRemembered(id)),
    });
  }
  return [...servers.values()];
}

export const serverHandlers: Handlers<keyof typeof serverCalls> = {
  'server.list': (_, { panel }) => listServers(panel),
  'server.sshHosts': async (_, { panel }) =>
    (await panel.core.ssh.hosts()).map(({ alias, hostName, user, port }) => ({
      alias,
      ...(hostName === undefined ? {} : { hostName }),
      ...(user === undefined ? {} : { user }),
      ...(port === undefined ? {} : { port }),
    })),
  'login.provide': async ({ instanceId, secrets, remember }, { panel }) => {
    const login = wrapSecrets(secrets);
    panel.masks.add([login.sshPassword, login.sudoPassword, login.keyPassphrase]);
    await panel.core.logins.provide(instanceId, login, { remember });
    return null;
  },
  'login.forget': async ({ instanceId }, { panel }) => {
    await panel.core.logins.forget(instanceId);
    return null;
  },
  'trust.list': async (_, { panel }) =>
    (await panel.core.trust.list()).map(({ host, type, fingerprint, addedAt }) => ({
      host,
      type,
      fingerprint,
      addedAt,
    })),
  'trust.remove': async ({ host }, { panel }) => ({ removed: await panel.core.trust.remove(host) }),
};

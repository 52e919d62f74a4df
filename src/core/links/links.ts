import { AppError } from '../../shared/app-error.ts';
import type { InstanceId } from '../../shared/model/ids.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { InstanceLink } from '../api-link.ts';
import type { LoginSecrets } from '../api.ts';
import { openGatewayClient } from '../openclaw/gateway-client.ts';
import { layoutServer } from '../openclaw/server-layout.ts';
import { openInstanceLogs } from '../places/logs/open-logs.ts';
import { openServer } from '../places/server-connection.ts';
import type { PlaceServices } from '../places/place-services.ts';
import { createTokenKeeper } from '../places/token-keeper.ts';
import { createTokenRotation } from '../places/token-rotation.ts';
import { createHistory } from './history.ts';
import { closedHere } from './closed-here.ts';
import type { LinkEnd } from './link-end.ts';
import { openDockerEnd } from './docker-end.ts';
import { openLocalEnd } from './local-end.ts';
import { withNextToken } from './next-token.ts';
import { createServerEnd } from './server-end.ts';
import type { UsageReading, UsageWish } from './usage-reading.ts';
import { SharedLink } from './shared-link.ts';

export interface LinkServices extends PlaceServices {
  readonly readLogin: (id: InstanceId) => Promise<LoginSecrets>;
  readonly onProblem: (error: AppError) => void;
}

/** The lasting ways to instances, one each. Disposing closes them all. */
export interface Links extends AsyncDisposable {
  /** @throws AppError `instance.unknown` */
  open(id: InstanceId): Promise<InstanceLink>;
  /** Looks at what an instance takes whenever its machine can be reached, until disposal. @throws AppError `instance.unknown` */
  watchUsage(id: InstanceId, wish: UsageWish, onReading: (reading: UsageReading) => void): Promise<AsyncDisposable>;
  /** Tries again to open a way that waits: there is another login for it. */
  retry(id: InstanceId): void;
  /** Looks again at an instance that was changed. */
  refresh(id: InstanceId): void;
  /** Closes the way to an instance that was removed, and forgets what its machine was like. */
  forget(id: InstanceId): Promise<void>;
}

export function createLinks(services: LinkServices): Links {
  const { deps, state, secrets, now, onProblem } = services;
  const shared = new Map<InstanceId, SharedLink>();
  let isClosed = false;
  const historyOf = (id: InstanceId): ReturnType<typeof createHistory> =>
    createHistory(state.layout.metricsDir, id, now);

  const openPlainEnd = async (instance: Instance, signal: AbortSignal): Promise<LinkEnd> => {
    const { target, id } = instance;
    if (target.kind === 'local') return openLocalEnd(instance, deps);
    if (target.kind === 'docker') return openDockerEnd(instance, services, await services.readLogin(id), signal);
    const server = await openServer(target, services, { secrets: await services.readLogin(id), signal });
    return createServerEnd(server, layoutServer(instance), instance);
  };
  const openEnd = async (instance: Instance, signal: AbortSignal): Promise<LinkEnd> => {
    const end = await openPlainEnd(instance, signal);
    const readNext = async () => (await createTokenRotation(instance, state, secrets).read()).next;
    return { ...end, openGateway: withNextToken(end.openGateway ?? openGatewayClient, readNext) };
  };

  const share = (instance: Instance): SharedLink => {
    const { id } = instance;
    let link = shared.get(id);
    if (link === undefined) {
      link = new SharedLink({
        instance,
        openEnd,
        readInstance: () => state.instances.get(id),
        readToken: (current) => createTokenKeeper(current, state, secrets).read(),
        history: historyOf(id),
        openLogs: (current, feeds, query, signal) => openInstanceLogs(services, current, feeds, query, signal),
        client: { version: deps.version, platform: deps.platform },
        now,
        onProblem,
      });
      shared.set(id, link);
    }
    return link;
  };

  const find = async (id: InstanceId): Promise<SharedLink> => {
    const instance = await state.instances.get(id);
    if (instance === undefined) throw new AppError('instance.unknown');
    if (isClosed) throw closedHere();
    return share(instance);
  };

  return {
    open: async (id) => openShare(await find(id)),
    watchUsage: async (id, wish, onReading) => (await find(id)).watchUsage(wish, onReading),
    retry: (id) => shared.get(id)?.way.retry(),
    refresh(id) {
      // Where there is no record any more nothing is left to look at.
      shared
        .get(id)
        ?.refresh()
        .catch(() => undefined);
    },
    async forget(id) {
      const link = shared.get(id);
      shared.delete(id);
      await link?.[Symbol.asyncDispose]();
      await historyOf(id).remove();
    },
    async [Symbol.asyncDispose]() {
      isClosed = true;
      const links = [...shared.values()];
      shared.clear();
      await Promise.all(links.map((link) => link[Symbol.asyncDispose]()));
    },
  };
}

/** One caller's share: what it opened ends with it. */
function openShare(link: SharedLink): InstanceLink {
  const listening = new Set<Disposable>();
  const opened = new Set<AsyncDisposable>();
  const closing = new AbortController();

  const listen = (disposable: Disposable): Disposable => {
    listening.add(disposable);
    return {
      [Symbol.dispose]: () => {
        listening.delete(disposable);
        disposable[Symbol.dispose]();
      },
    };
  };
  /** Whoever disposed of the share meanwhile does not get what was still being opened. */
  const keep = async <T extends AsyncDisposable>(opening: Promise<T>): Promise<T> => {
    const one = await opening;
    if (closing.signal.aborted) {
      await one[Symbol.asyncDispose]();
      throw closedHere();
    }
    opened.add(one);
    return one;
  };

  return {
    onStatus: (listener) => listen(link.onStatus((status) => listener(status))),
    onSample: (listener) => listen(link.onSample((sample) => listener(sample))),
    history: () => link.history(),
    call: (method, params, options) => link.call(method, params, options),
    async openShell(size) {
      const shell = await keep(link.openShell(size));
      const forget = (): void => void opened.delete(shell);
      shell.ended.then(forget, forget);
      return shell;
    },
    openLogs: (query, signal) => link.openLogs(query, AbortSignal.any([signal, closing.signal])),
    openTunnel: (preferredPort) => keep(link.openTunnel(preferredPort)),
    buildSignIn: (tunnel) => link.buildSignIn(tunnel),
    async [Symbol.asyncDispose]() {
      closing.abort(closedHere());
      for (const one of listening) one[Symbol.dispose]();
      listening.clear();
      await Promise.all([...opened].map((one) => one[Symbol.asyncDispose]()));
      opened.clear();
    },
  };
}

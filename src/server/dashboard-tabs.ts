import type { Core, InstanceLink, Tunnel } from '../core/index.ts';
import type { DashboardActions } from '../panel/index.ts';
import { AppError } from '../shared/app-error.ts';
import type { InstanceId } from '../shared/model/ids.ts';
import type { Secret } from '../shared/secret.ts';
import { createToken } from './entrance.ts';
import { doorOrigin } from './request-check.ts';

/** A page that opens a tab opens it at once. */
const HAND_OVER_MS = 60_000;

interface OpenDashboard extends AsyncDisposable {
  readonly link: InstanceLink;
  readonly tunnel: Tunnel;
}

/**
 * OpenClaw's own page in a tab of the browser. It lies at `127.0.0.1`, the panel at `localhost`: cookies know hosts and no
 * ports, so that a gateway never sees ours.
 */
export interface DashboardTabs extends AsyncDisposable {
  readonly actions: DashboardActions;
  /** Where a one-use path leads; undefined when it was used, or is too old. */
  take(token: string): Secret | undefined;
}

export function createDashboardTabs(core: Core, port: () => number, nowMs: () => number): DashboardTabs {
  const open = new Map<InstanceId, Promise<OpenDashboard>>();
  const waiting = new Map<string, { readonly url: Secret; readonly untilMs: number }>();

  const openOnce = (id: InstanceId): Promise<OpenDashboard> => {
    const known = open.get(id);
    if (known !== undefined) return known;
    const opening = openDashboard(core, id);
    open.set(id, opening);
    // whoever asked is told; who asks again tries again
    opening.catch(() => {
      if (open.get(id) === opening) open.delete(id);
    });
    return opening;
  };
  const close = async (id: InstanceId): Promise<void> => {
    const opening = open.get(id);
    // at once: who asks from now on gets another one
    open.delete(id);
    // one that could not be opened holds nothing
    await (await opening?.catch(() => undefined))?.[Symbol.asyncDispose]();
  };
  const notHere = (): Promise<never> =>
    Promise.reject(new AppError('usage.invalid', { message: 'In a browser the dashboard is in a tab of its own.' }));

  return {
    actions: {
      async open({ instanceId }) {
        const { link, tunnel } = await openOnce(instanceId);
        const url = await link.buildSignIn(tunnel);
        for (const [token, { untilMs }] of waiting) if (untilMs < nowMs()) waiting.delete(token);
        const token = createToken().reveal();
        waiting.set(token, { url, untilMs: nowMs() + HAND_OVER_MS });
        return { url: `${doorOrigin(port())}/dashboard/${token}` };
      },
      async close({ instanceId }) {
        await close(instanceId);
        return null;
      },
      place: notHere,
      reload: notHere,
      zoom: notHere,
      find: notHere,
      openOutside: notHere,
    },
    take(token) {
      const found = waiting.get(token);
      waiting.delete(token);
      return found === undefined || found.untilMs < nowMs() ? undefined : found.url;
    },
    async [Symbol.asyncDispose]() {
      await Promise.allSettled([...open.keys()].map(close));
    },
  };
}

async function openDashboard(core: Core, id: InstanceId): Promise<OpenDashboard> {
  const link = await core.instances.link(id);
  try {
    const tunnel = await link.openTunnel();
    return {
      link,
      tunnel,
      async [Symbol.asyncDispose]() {
        await tunnel[Symbol.asyncDispose]();
        await link[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await link[Symbol.asyncDispose]();
    throw error;
  }
}

import { AppError, isAppError } from '../../shared/app-error.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { ConfigEvidence, Evidence, WantedAccess } from '../diagnosis/evidence.ts';
import type { Look } from '../diagnosis/look.ts';
import { publicOrigin, resolvePublicHost } from '../ingress/public-address.ts';
import { parseConfig } from '../openclaw/config-document.ts';
import type { TokenKeeper } from '../steps/server/gateway-token.ts';
import type { PlaceServices } from './place-services.ts';

/** How an instance should be reached, as its record stands. Pure. */
export function describeWanted(
  instance: Instance,
  { port, bind, proxy }: { readonly port: number; readonly bind: WantedAccess['bind']; readonly proxy: string },
): WantedAccess {
  const host = instance.ingress === undefined ? undefined : resolvePublicHost(instance.ingress.access, instance);
  const own = String(instance.port);
  return {
    port,
    bind,
    origins: [
      `http://127.0.0.1:${own}`,
      `http://localhost:${own}`,
      ...(host === undefined ? [] : [publicOrigin(host)]),
    ],
    proxy: host === undefined ? undefined : proxy,
  };
}

/** Pure. */
export function readConfigEvidence(config: Look['config'] | undefined): ConfigEvidence {
  if (config === undefined) return { is: 'unknown' };
  if (config.is === 'missing') return { is: 'missing' };
  if (config.is === 'odd') return { is: 'broken', because: `It cannot be read: ${config.because}.` };
  try {
    return { is: 'read', ...parseConfig(config.text) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { is: 'broken', because: error.message };
  }
}

/** What the checks of every place need, beside what was read there. */
export async function readCommonEvidence(
  instance: Instance,
  token: TokenKeeper,
  { state, now }: Pick<PlaceServices, 'state' | 'now'>,
): Promise<Pick<Evidence, 'instance' | 'nowMs' | 'token' | 'backups' | 'otherBots'>> {
  const [backups, instances] = await Promise.all([state.backups.list(), state.instances.list()]);
  const own = backups.filter(({ instanceId, copies }) => instanceId === instance.id && copies.length > 0);
  const others = instances.filter(({ id, bots = [] }) => id !== instance.id && bots.length > 0);
  return {
    instance,
    nowMs: now(),
    token: await readToken(token),
    backups: {
      newestAt: own
        .map(({ createdAt }) => createdAt)
        .sort()
        .at(-1),
    },
    otherBots: Object.fromEntries(others.map(({ name, bots = [] }) => [name, bots])),
  };
}

/** A store that is locked knows none for now; that is told where somebody needs it. */
async function readToken(token: TokenKeeper): Promise<Evidence['token']> {
  try {
    return await token.read();
  } catch (error) {
    if (isAppError(error, 'secrets.locked')) return undefined;
    throw error;
  }
}

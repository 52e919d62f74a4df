import { z } from 'zod';
import { isAppError } from '../../../shared/app-error.ts';
import type { ContainerEngine } from '../../container-engine/container-engine.ts';
import type { ContainerLook } from '../../container-engine/container.ts';
import { CADDY_DIR } from '../../ingress/caddy-layout.ts';
import { buildSitesFile, listServed, PROXY } from '../../ingress/docker-proxy.ts';

/**
 * Whom a proxy served that is being made anew. It lies with the sites, in the volume that outlives both: between the end of the
 * former one and the beginning of the next nothing else knows it.
 */
const NOTE = 'served.json';
const noteSchema = z.record(z.string(), z.ipv4());

type Look = Pick<ContainerLook, 'id' | 'state' | 'networks'>;

/** Addresses of the proxy by the networks of those whom it serves, or is to serve again as soon as it begins. */
export async function readServed(
  there: ContainerEngine,
  look: Look,
  signal?: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  return { ...(await readNote(there, look, signal)), ...Object.fromEntries(listServed(look)) };
}

/** Before the proxy is removed. */
export async function noteServed(there: ContainerEngine, look: Look, signal: AbortSignal): Promise<void> {
  await writeNote(there, look, await readServed(there, look, signal), signal);
}

/** Joins the networks that were noted; those that are gone meanwhile need nobody. */
export async function joinServed(there: ContainerEngine, look: Look, signal: AbortSignal): Promise<void> {
  const noted = Object.entries(await readNote(there, look, signal));
  for (const [network, address] of noted) {
    if (look.networks[network] !== undefined) continue;
    try {
      await there.networks.connect(network, look.id, address, { signal });
    } catch (error) {
      if (isAppError(error, 'engine.not-found')) continue;
      if (!isAppError(error, 'engine.conflict') || !(await isJoined(there, network, signal))) throw error;
    }
  }
  if (noted.length > 0) await writeNote(there, look, {}, signal);
}

/** At once, with every connection that is open, and for a proxy that is yet to begin as well. Fine where there is none. */
export async function closeServed(there: ContainerEngine, network: string, signal?: AbortSignal): Promise<void> {
  const options = signal === undefined ? {} : { signal };
  const look = await there.containers.find(PROXY, options);
  if (look === undefined) return;
  if (look.networks[network] !== undefined) await there.networks.disconnect(network, PROXY, options);
  const { [network]: noted, ...others } = await readNote(there, look, signal);
  if (noted !== undefined) await writeNote(there, look, others, signal);
}

/** Somebody else may make the same proxy ready in the same moment. */
async function isJoined(there: ContainerEngine, network: string, signal: AbortSignal): Promise<boolean> {
  return (await there.containers.find(PROXY, { signal }))?.networks[network] !== undefined;
}

/** One that runs has joined all that were noted. */
async function readNote(
  there: ContainerEngine,
  { id, state }: Look,
  signal?: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  if (state === 'running') return {};
  const options = signal === undefined ? {} : { signal };
  const text = (await there.containers.readFile(id, `${CADDY_DIR}/${NOTE}`, options))?.toString('utf8') ?? '';
  // Cut while it was written: then the former proxy is there still, and knows better.
  return text === '' ? {} : (noteSchema.safeParse(parseJson(text)).data ?? {});
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function writeNote(
  there: ContainerEngine,
  { id }: Look,
  served: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<void> {
  const options = signal === undefined ? {} : { signal };
  await there.containers.putFiles(id, '/etc', buildSitesFile(NOTE, JSON.stringify(served)), options);
}

import { setTimeout as pause } from 'node:timers/promises';
import { AppError, isAppError } from '../../../shared/app-error.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import type { ContainerEngine } from '../../container-engine/container-engine.ts';
import type { ContainerLook } from '../../container-engine/container.ts';
import {
  buildProxyFiles,
  buildProxySpec,
  DATA_VOLUME,
  isProxyFit,
  PROXY,
  PROXY_NETWORK,
  proxyLabels,
  SITES_VOLUME,
} from '../../ingress/docker-proxy.ts';
import { labelNames } from '../../openclaw/container-layout.ts';
import { chooseSubnet, gatewayOf, proxyAddressOf } from '../../openclaw/subnet-choice.ts';
import type { ApplyContext, Step } from '../step.ts';
import { joinServed, noteServed, readServed } from './caddy-served.ts';
import type { EngineAccess } from './engine-access.ts';

/** The end of the range in which instances begin somewhere: the proxy is in nobody's way there. */
const SEED = 4095;
const TRIES = 24;
const STOP_SECONDS = 10;
const POLL_MS = 250;

export interface ProxyWish {
  readonly engine: EngineAccess;
  /** The image of Caddy. */
  readonly image: string;
  /** Networks that the machine and its engine have already. */
  readonly readTaken: (signal: AbortSignal) => Promise<readonly string[]>;
}

export function proxyImageStep({ engine, image }: ProxyWish): Step {
  return {
    id: 'ingress-image',
    title: `Fetch the image of the proxy (${image})`,
    facts: [],
    timeoutMs: 15 * 60_000,
    async check({ signal }) {
      const found = await (await engine.find(signal))?.images.find(image, { signal });
      return found === undefined ? needed(`the engine does not have ${image}`) : satisfied('the engine has it');
    },
    async apply({ act, note, progress, signal }) {
      const there = await engine.open(signal);
      await act(`Fetching the image ${image}`, (limit) =>
        there.images.pull(
          image,
          ({ line, done, total, unit }) => {
            if (line !== undefined) note(line);
            if (done !== undefined) progress(done, total, unit ?? 'bytes');
          },
          { signal: limit },
        ),
      );
    },
  };
}

/** One proxy serves all instances of an engine; its own network is only for its way out and for the ports that it publishes. */
export function proxyStep(wish: ProxyWish): Step {
  const { engine, image } = wish;
  return {
    id: 'ingress-proxy',
    title: 'Start the proxy of this engine (Caddy)',
    facts: [],
    timeoutMs: 5 * 60_000,
    async check({ signal }) {
      const there = await engine.find(signal);
      const found = await there?.containers.find(PROXY, { signal });
      if (found === undefined) return needed('the engine has no proxy yet');
      expectProxy(found);
      if (!isProxyFit(found, buildProxySpec(image, ''))) return needed('it was made in another way', 'restart');
      return found.state === 'running' ? satisfied('the proxy runs') : needed(`the proxy is ${found.state}`);
    },
    async apply(context) {
      const { act, signal } = context;
      const there = await engine.open(signal);
      const address = await ensureNetwork(context, there, wish);
      const wanted = buildProxySpec(image, address);
      const found = await there.containers.find(PROXY, { signal });
      const isFit = found !== undefined && isProxyFit(found, wanted);
      if (found !== undefined && !isFit) {
        await act('Removing the former proxy', (limit) => remove(there, found, limit));
      }
      if (!isFit) await act('Making the proxy', (limit) => create(there, wanted, limit));
      await act('Starting the proxy', async (limit) => {
        await prepare(there, limit);
        await start(there, limit);
      });
    },
  };
}

/** By its id: somebody else may have put another one in its place meanwhile, which is not to go. */
async function remove(there: ContainerEngine, former: ContainerLook, signal: AbortSignal): Promise<void> {
  const { id } = former;
  try {
    await noteServed(there, former, signal);
    await there.containers.stop(id, STOP_SECONDS, { signal });
  } catch (error) {
    if (!isAppError(error, 'engine.not-found')) throw error;
  }
  await there.containers.remove(id, { signal });
}

/** Somebody else may make it in the same moment: then it is there as well. */
async function create(
  there: ContainerEngine,
  wanted: ReturnType<typeof buildProxySpec>,
  signal: AbortSignal,
): Promise<void> {
  await there.volumes.create(SITES_VOLUME, proxyLabels, { signal });
  await there.volumes.create(DATA_VOLUME, proxyLabels, { signal });
  try {
    await there.containers.create(wanted, { signal });
  } catch (error) {
    if (!isAppError(error, 'engine.conflict')) throw error;
    await waitForProxy(there, signal);
  }
}

/** Whoever has made it may not have come so far: it must not begin before its configuration is there, and whom it serves. */
async function prepare(there: ContainerEngine, signal: AbortSignal): Promise<void> {
  const look = await there.containers.find(PROXY, { signal });
  if (look === undefined || look.state === 'running' || look.state === 'paused') return;
  await there.containers.putFiles(look.id, '/etc', buildProxyFiles(), { signal });
  await joinServed(there, look, signal);
}

/** Its name is taken a moment before it can be spoken of. @throws AppError `engine.not-found` */
async function waitForProxy(there: ContainerEngine, signal: AbortSignal): Promise<void> {
  for (let tried = 1; (await there.containers.find(PROXY, { signal })) === undefined; tried += 1) {
    if (tried === TRIES) throw new AppError('engine.not-found', { details: { what: 'container', name: PROXY } });
    await pause(POLL_MS, undefined, { signal });
  }
}

async function start(there: ContainerEngine, signal: AbortSignal): Promise<void> {
  try {
    await there.containers.unpause(PROXY, { signal });
    await there.containers.start(PROXY, { signal });
  } catch (error) {
    if (!isAppError(error, 'engine.port-taken')) throw error;
    throw new AppError('ingress.port-busy', {
      ...(error.details === undefined ? {} : { details: error.details }),
      cause: error,
    });
  }
}

/** @returns the proxy's address in its network */
async function ensureNetwork(
  { act, note, signal }: ApplyContext,
  there: ContainerEngine,
  { readTaken }: ProxyWish,
): Promise<string> {
  const tried: string[] = [];
  for (;;) {
    const found = await there.networks.find(PROXY_NETWORK, { signal });
    const subnet = found?.subnets.find((one) => !one.includes(':'));
    if (subnet !== undefined) return proxyAddressOf(subnet);
    const wanted = chooseSubnet([...(await readTaken(signal)), ...tried], SEED);
    try {
      await act(`Making the network ${PROXY_NETWORK} (${wanted.subnet})`, (limit) =>
        there.networks.create(
          { name: PROXY_NETWORK, labels: proxyLabels, subnet: wanted.subnet, gateway: gatewayOf(wanted.subnet) },
          { signal: limit },
        ),
      );
    } catch (error) {
      const isLate = isAppError(error, 'engine.conflict') || isAppError(error, 'engine.subnet-taken');
      if (!isLate || tried.length === TRIES) throw error;
      tried.push(wanted.subnet);
      note(`${wanted.subnet} was taken in this moment`);
    }
  }
}

/** After the last site is gone: certificates stay in their volume. */
export function proxyGoneStep({ engine }: Pick<ProxyWish, 'engine'>, ownNetwork: string): Step {
  return {
    id: 'ingress-proxy-gone',
    title: 'Remove the proxy when nobody needs it any more',
    facts: [],
    timeoutMs: 2 * 60_000,
    async check({ signal }) {
      const there = await engine.find(signal);
      const found = await there?.containers.find(PROXY, { signal });
      if (there === undefined || found === undefined) return satisfied('there is no proxy');
      if (found.labels[labelNames.role] !== proxyLabels[labelNames.role]) return satisfied('there is none of ours');
      const others = Object.keys(await readServed(there, found, signal)).filter((network) => network !== ownNetwork);
      return others.length > 0 ? satisfied('other instances use it') : needed('it serves nobody else');
    },
    async apply({ act, signal }) {
      const there = await engine.open(signal);
      await act('Removing the proxy', async (limit) => {
        await there.containers.stop(PROXY, STOP_SECONDS, { signal: limit });
        await there.containers.remove(PROXY, { signal: limit });
        await there.volumes.remove(SITES_VOLUME, { signal: limit });
        await there.networks.remove(PROXY_NETWORK, { signal: limit });
      });
    },
  };
}

/** @throws AppError `engine.conflict` where somebody else's container has this name */
export function expectProxy({ labels }: Pick<ContainerLook, 'labels'>): void {
  if (labels[labelNames.role] === proxyLabels[labelNames.role]) return;
  throw new AppError('engine.conflict', {
    message: `There is a container named ${PROXY} on the engine that Hardshell did not make.`,
    details: { what: 'container', name: PROXY },
  });
}

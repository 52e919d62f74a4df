import semver from 'semver';
import { AppError } from '../../../shared/app-error.ts';
import type { Instance } from '../../../shared/model/instance.ts';
import type { Ingress } from '../../../shared/model/ingress.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import type { ContainerEngine } from '../../container-engine/container-engine.ts';
import { parseKeyValues } from '../../facts/answer.ts';
import { parseCaddy, type Caddy } from '../../facts/caddy.ts';
import { expectOk, lastLines } from '../../host/exec.ts';
import { CADDY_DIR, CADDYFILE, layoutCaddyFiles } from '../../ingress/caddy-layout.ts';
import {
  describeContainerSite,
  EXIT_REFUSED,
  LOOK_AT_CADDY,
  PROXY,
  stageSite,
  SWAP_SITE,
  writeSite,
  type SiteTexts,
} from '../../ingress/docker-proxy.ts';
import { OLDEST_CADDY } from '../server/caddy-package.ts';
import type { Step } from '../step.ts';
import { closeServed, readServed } from './caddy-served.ts';
import type { Berth } from './seat.ts';
import { execInside } from './state-files.ts';

const nothing: SiteTexts = { site: undefined, options: undefined, root: undefined };
const SWAP_TIMEOUT_MS = 90_000;
const LOOK_TIMEOUT_MS = 30_000;

/** The way from the proxy to one instance, at the address that the instance believes. */
export function proxyConnectedStep({ engine, layout, seat }: Berth): Step {
  const { network } = layout;
  return {
    id: 'ingress-route',
    title: 'Connect the proxy with the network of this instance',
    facts: [],
    timeoutMs: 60_000,
    async check({ signal }) {
      const found = await (await engine.find(signal))?.containers.find(PROXY, { signal });
      const there = found?.networks[network]?.address;
      if (there === seat.subnet.proxyAddress) return satisfied('the proxy reaches it');
      return needed(there === undefined ? 'no proxy reaches it' : `the proxy has the address ${there} there`);
    },
    async apply({ act, signal }) {
      const there = await engine.open(signal);
      await act(`Connecting the proxy with ${network}`, async (limit) => {
        await there.networks.disconnect(network, PROXY, { signal: limit });
        await there.networks.connect(network, PROXY, seat.subnet.proxyAddress, { signal: limit });
      });
    },
  };
}

export function proxyDisconnectedStep({ engine, layout }: Pick<Berth, 'engine' | 'layout'>): Step {
  return {
    id: 'ingress-route',
    title: 'Cut the proxy off from this instance',
    facts: [],
    timeoutMs: 60_000,
    async check({ signal }) {
      const there = await engine.find(signal);
      const found = await there?.containers.find(PROXY, { signal });
      const served = there === undefined || found === undefined ? {} : await readServed(there, found, signal);
      return served[layout.network] === undefined ? satisfied('no proxy reaches it') : needed('the proxy reaches it');
    },
    async apply({ act, signal }) {
      const there = await engine.open(signal);
      await act(`Cutting the proxy off from ${layout.network}`, (limit) => closeContainerRoute(there, layout, limit));
    },
  };
}

/** At once, with every connection that is open: who was inside is outside. Fine where there is no proxy. */
export async function closeContainerRoute(
  there: ContainerEngine,
  { network }: Pick<Berth['layout'], 'network'>,
  signal?: AbortSignal,
): Promise<void> {
  await closeServed(there, network, signal);
}

/** The site of one instance in the proxy, or (without an ingress) nothing of it. */
export function containerSiteStep(
  berth: Pick<Berth, 'engine' | 'seat'>,
  instance: Pick<Instance, 'id' | 'name'>,
  wanted: { readonly ingress: Ingress; readonly host: string } | undefined,
): Step {
  const { engine, seat } = berth;
  const paths = layoutCaddyFiles(instance);
  const own = paths.site.replace(/\.caddy$/, '');
  const plan = async (there: ContainerEngine, signal: AbortSignal): Promise<SiteTexts> => {
    if (wanted === undefined) return nothing;
    const { ingress, host } = wanted;
    const site = describeContainerSite(instance, ingress, host, seat.subnet.address);
    return writeSite(site, ingress, await readProxyCaddy(there, signal));
  };
  return {
    id: 'ingress-site',
    title: wanted === undefined ? 'Take the site out of the proxy' : `Let the proxy serve https://${wanted.host}`,
    facts: [],
    timeoutMs: SWAP_TIMEOUT_MS + 60_000,
    async check({ signal }) {
      const there = await engine.find(signal);
      const found = await there?.containers.find(PROXY, { signal });
      if (there === undefined || found?.state !== 'running') {
        return wanted === undefined ? satisfied('there is no proxy that serves it') : needed('no proxy serves it yet');
      }
      const read = async (path: string): Promise<string | undefined> =>
        (await there.containers.readFile(PROXY, path, { signal }))?.toString('utf8');
      const [texts, pending, site, options, root] = await Promise.all([
        plan(there, signal),
        read(paths.pending),
        read(paths.site),
        read(paths.options),
        read(paths.root),
      ]);
      if (pending !== undefined) return needed('the proxy has not read its files since they were written');
      const isSame = texts.site === site && texts.options === options && texts.root === root;
      if (isSame) return satisfied(wanted === undefined ? 'the proxy knows nothing of it' : 'the proxy serves it');
      return needed(wanted === undefined ? 'the proxy serves it' : 'the proxy does not serve it so yet');
    },
    async apply({ act, signal }) {
      const there = await engine.open(signal);
      const files = stageSite(own, await plan(there, signal));
      const result = await act(`Writing ${paths.site} and having the proxy read it`, async (limit) => {
        await there.containers.putFiles(PROXY, CADDY_DIR, files, { signal: limit });
        const argv = ['sh', '-c', SWAP_SITE, 'sh', own, CADDYFILE] as const;
        return execInside(there, PROXY, argv, { signal: limit, timeoutMs: SWAP_TIMEOUT_MS });
      });
      if (result.code === EXIT_REFUSED) {
        throw new AppError('ingress.caddy-config', { details: { caddy: lastLines(result) } });
      }
      expectOk(result, 'Changing the sites of the proxy');
    },
  };
}

/** @throws AppError `ingress.caddy-old` */
export async function readProxyCaddy(
  there: ContainerEngine,
  signal: AbortSignal,
): Promise<Pick<Caddy, 'version' | 'hasRateLimit'>> {
  const result = await execInside(there, PROXY, ['sh', '-c', LOOK_AT_CADDY], { signal, timeoutMs: LOOK_TIMEOUT_MS });
  const { version, hasRateLimit } = parseCaddy(parseKeyValues(expectOk(result, 'Looking at the proxy').stdout));
  if (version === undefined || semver.lt(semver.coerce(version) ?? '0.0.0', OLDEST_CADDY)) {
    throw new AppError('ingress.caddy-old', {
      message: `The image of the proxy holds Caddy ${version ?? 'of no version'}; ${OLDEST_CADDY} is needed.`,
    });
  }
  return { version, hasRateLimit };
}

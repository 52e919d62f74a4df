import { networkInterfaces } from 'node:os';
import { AppError, isAppError } from '../../shared/app-error.ts';
import type { Ingress } from '../../shared/model/ingress.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { IngressStatus } from '../api-operations.ts';
import type { ConnectOptions, Finding } from '../api.ts';
import type { ContainerEngine } from '../container-engine/container-engine.ts';
import { judgeConnections } from '../diagnostics/connection-floor.ts';
import { ok, refuse, warn } from '../diagnostics/finding.ts';
import { createFactReader } from '../facts/fact.ts';
import {
  choosePublicAddress,
  describeDns,
  ownAddressesFact,
  resolveHere,
  resolvedFact,
  type DnsAnswers,
} from '../ingress/dns-check.ts';
import { defaultProxyImage, PROXY } from '../ingress/docker-proxy.ts';
import { publicOrigin, resolvePublicHost } from '../ingress/public-address.ts';
import { describeLimit } from '../ingress/site-file.ts';
import { CONTAINER_PORT } from '../openclaw/container-layout.ts';
import type { GatewaySettings, PublicWay } from '../openclaw/config-patch.ts';
import { containerCertificateStep, readProxyCertificate, readProxyRefusal } from '../steps/docker/caddy-certificate.ts';
import { proxyGoneStep, proxyImageStep, proxyStep } from '../steps/docker/caddy-proxy.ts';
import {
  containerSiteStep,
  proxyConnectedStep,
  proxyDisconnectedStep,
  readProxyCaddy,
} from '../steps/docker/caddy-site.ts';
import type { Berth, Seat } from '../steps/docker/seat.ts';
import { exposureCheckStep } from '../steps/exposure-check.ts';
import { askDns, nameCheckStep, type NameQuestion } from '../steps/ingress/name-check.ts';
import type { Step } from '../steps/step.ts';
import type { DockerMachine } from './docker-machine.ts';
import { surveyMachine } from './docker-survey.ts';
import { dockerExposureWish } from './exposure.ts';
import { describePublicStatus } from './public-status.ts';
import { locate, planRecord, withAddress, type Whereabouts } from './server-ingress.ts';
import type { PlaceServices } from './place-services.ts';

/** How long a record that has just been made may take until resolvers have it. */
const NEW_RECORD_PATIENCE_MS = 2 * 60_000;

type Public = Instance & { readonly ingress: Ingress };

export interface DockerIngressRequest {
  readonly services: PlaceServices;
  readonly machine: DockerMachine;
  readonly berth: Berth;
  readonly instance: Public;
  /** How it is reached now, where that is to change. */
  readonly former: Ingress | undefined;
  readonly options: ConnectOptions;
  readonly signal: AbortSignal;
}

export interface DockerIngress {
  /** With the address that visitors type, where that was left to the machine. */
  readonly instance: Public;
  readonly findings: readonly Finding[];
  /** For openclaw.json, which must say it before anybody is let in. */
  readonly readWay: () => PublicWay;
  /** In their order, once the gateway answers. */
  readonly steps: readonly Step[];
}

/** Finds out what stands in the way of visitors to a container, and plans the rest. @throws AppError `usage.invalid` */
export async function readDockerIngress(request: DockerIngressRequest): Promise<DockerIngress> {
  const { services, machine, berth, former, signal } = request;
  const where = await locateMachine(services, request.instance, machine);
  const instance = withAddress(request.instance, where.address);
  const { access } = instance.ingress;
  const host = resolvePublicHost(access, instance, where.address);
  if (access.mode !== 'tunnel' && host === undefined) {
    throw new AppError('usage.invalid', { message: 'The address of the machine could not be found out: name it.' });
  }
  const record = planRecord({ services, instance, options: request.options }, host, where.address, former);
  const readWay = (): PublicWay => ({
    proxy: berth.seat.subnet.proxyAddress,
    ...(host === undefined ? {} : { origin: publicOrigin(host) }),
  });
  if (host === undefined) {
    const steps = [...listClosingSteps(berth, instance), ...(record === undefined ? [] : [record])];
    const old = former === undefined ? undefined : resolvePublicHost(former.access, instance);
    const isLeft = old !== undefined && former?.access.mode !== 'ip' && record === undefined;
    const findings = isLeft ? [warn(NAME, `${old} goes on leading to this machine: remove its record yourself.`)] : [];
    return { instance, findings, readWay, steps };
  }
  const name: NameQuestion | undefined =
    access.mode === 'ip' ? undefined : { host, reachedAt: where.reachedAt, resolve: where.resolve };
  const dns = name === undefined ? [] : [describeDns(await askEverywhere(name, machine, where), record !== undefined)];
  const check =
    name === undefined || machine.server === undefined
      ? []
      : [nameCheckStep(name, record === undefined ? 0 : NEW_RECORD_PATIENCE_MS)];
  return {
    instance,
    findings: [...dns, ...(await findObstacles(services, machine, instance.ingress, signal))],
    readWay,
    steps: [
      ...(record === undefined ? [] : [record]),
      ...check,
      ...listOpeningSteps(services, machine, berth, instance, host),
    ],
  };
}

/** For an instance of which all is known: nothing is looked into, and no record is made. */
export function listReopeningSteps(
  services: PlaceServices,
  machine: DockerMachine,
  berth: Berth,
  instance: Instance,
): readonly Step[] {
  const { ingress } = instance;
  const host = ingress === undefined ? undefined : resolvePublicHost(ingress.access, instance);
  if (ingress === undefined || host === undefined) return [];
  return listOpeningSteps(services, machine, berth, { ...instance, ingress }, host);
}

function listOpeningSteps(
  services: PlaceServices,
  machine: DockerMachine,
  berth: Berth,
  instance: Public,
  host: string,
): readonly Step[] {
  const wish = {
    engine: berth.engine,
    image: proxyImage(services),
    readTaken: async (limit: AbortSignal) => (await surveyMachine(machine, [], limit)).subnets,
  };
  return [
    proxyImageStep(wish),
    proxyStep(wish),
    proxyConnectedStep(berth),
    containerSiteStep(berth, instance, { ingress: instance.ingress, host }),
    containerCertificateStep(berth, host, services.now),
    exposureCheckStep(dockerExposureWish(services, instance, machine)),
  ];
}

/** Takes all of it away that is this instance's. */
export function listClosingSteps(berth: Berth, instance: Pick<Instance, 'id' | 'name'>): readonly Step[] {
  return [...listSuspendingSteps(berth, instance), proxyGoneStep(berth, berth.layout.network)];
}

/** Closes the way in; the proxy stays for whoever is resumed. */
export function listSuspendingSteps(berth: Berth, instance: Pick<Instance, 'id' | 'name'>): readonly Step[] {
  return [proxyDisconnectedStep(berth), containerSiteStep(berth, instance, undefined)];
}

/** What openclaw.json is to say of an instance that is there. */
export function readContainerSettings(
  instance: Instance,
  seat: Pick<Seat, 'port'>,
  way: PublicWay,
): Omit<GatewaySettings, 'token'> {
  return {
    port: CONTAINER_PORT,
    container: { publishedPort: seat.port },
    telemetry: instance.telemetry ? { enabled: true, consentedAt: instance.createdAt } : { enabled: false },
    ...(instance.model === undefined ? {} : { model: instance.model }),
    ingress: way,
  };
}

/** What visitors meet, as it stands. */
export async function readDockerIngressStatus(
  services: PlaceServices,
  machine: DockerMachine,
  instance: Instance,
  signal: AbortSignal,
): Promise<IngressStatus> {
  const { ingress } = instance;
  const host = ingress === undefined ? undefined : resolvePublicHost(ingress.access, instance);
  if (ingress === undefined || host === undefined) return {};
  const there = await machine.engine.open(signal);
  const isUp = (await there.containers.find(PROXY, { signal }))?.state === 'running';
  const limitedBy = isUp ? describeLimit(ingress.limits, await readProxyCaddy(there, signal)) : undefined;
  const served = await readProxyCertificate(there, host, signal);
  return describePublicStatus({
    instance: { ...instance, ingress },
    host,
    limitedBy,
    served,
    nowMs: services.now(),
    down: isUp ? undefined : 'The proxy of this engine does not run.',
    async askDns() {
      const where = await locateMachine(services, instance, machine);
      return askEverywhere({ host, ...where }, machine, where);
    },
    readRefusal: () => readProxyRefusal(there, host, signal),
  });
}

function proxyImage({ deps }: Pick<PlaceServices, 'deps'>): string {
  return deps.proxyImage ?? defaultProxyImage;
}

async function locateMachine(
  services: PlaceServices,
  instance: Instance,
  { server }: DockerMachine,
): Promise<Whereabouts> {
  if (server !== undefined)
    return locate(
      services,
      instance,
      createFactReader(server.ask, () => [ownAddressesFact()]),
    );
  const own = Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .map(({ address }) => address);
  const resolve = services.deps.resolveHost ?? resolveHere;
  const outer = own.filter((address) => !address.startsWith('fe80:'));
  // A name for this computer alone leads to its loopback address, which is right as far as it goes.
  return { resolve, reachedAt: outer, address: choosePublicAddress(outer, []) };
}

async function askEverywhere(
  question: NameQuestion,
  { server }: DockerMachine,
  { reachedAt }: Pick<Whereabouts, 'reachedAt'>,
): Promise<DnsAnswers> {
  const { host, resolve } = question;
  if (server !== undefined) {
    return askDns(
      question,
      createFactReader(server.ask, () => [resolvedFact(host), ownAddressesFact()]),
    );
  }
  const outside = await resolve(host);
  return { host, outside, inside: outside, machine: reachedAt };
}

const NAME = { id: 'dns', title: 'The name' };
const PORTS = { id: 'visitor-ports', title: 'Ports 80 and 443' };
const RATE = { id: 'rate-limit', title: 'Limit of requests' };

async function findObstacles(
  services: PlaceServices,
  { engine }: DockerMachine,
  { limits }: Ingress,
  signal: AbortSignal,
): Promise<Finding[]> {
  const there = await engine.find(signal);
  const isProxyUp = there !== undefined && (await there.containers.find(PROXY, { signal }))?.state === 'running';
  const busy = there === undefined || isProxyUp ? undefined : await findBusyPort(there, signal);
  const ports =
    busy === undefined
      ? ok(PORTS, isProxyUp ? 'The proxy of this engine holds them.' : 'Nobody else holds them.')
      : refuse(PORTS, 'ingress.port-busy', `Another program holds port ${String(busy)} of this machine.`);
  const few = judgeConnections({ limits });
  const wantsRate = limits.rate !== undefined || limits.burst !== undefined;
  const hasRate = wantsRate && isProxyUp && (await readProxyCaddy(there, signal)).hasRateLimit;
  if (!wantsRate || hasRate) return [ports, ...few];
  const limit = limits.connections ?? limits.burst;
  const instead =
    limit === undefined ? 'it is not limited' : `${String(limit)} are let in at once, of all visitors together`;
  const because = `Connections only, unless ${proxyImage(services)} has Caddy's module for requests: ${instead}.`;
  return [ports, ...few, warn(RATE, because)];
}

async function findBusyPort(there: ContainerEngine, signal: AbortSignal): Promise<number | undefined> {
  for (const port of [80, 443]) {
    try {
      (await there.connect(port, { signal })).destroy();
      return port;
    } catch (error) {
      if (!isAppError(error, 'host.port-closed')) throw error;
    }
  }
  return undefined;
}

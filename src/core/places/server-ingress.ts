import { AppError } from '../../shared/app-error.ts';
import type { Ingress } from '../../shared/model/ingress.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { ConnectOptions, Finding } from '../api.ts';
import type { IngressStatus } from '../api-operations.ts';
import { judgeConnections } from '../diagnostics/connection-floor.ts';
import { ok, refuse, warn } from '../diagnostics/finding.ts';
import { caddyFact } from '../facts/caddy.ts';
import type { FactReader } from '../facts/fact.ts';
import { fileFact } from '../facts/file.ts';
import { listenersFact } from '../facts/listeners.ts';
import { neededToolsFact } from '../facts/missing-tools.ts';
import { reachFact } from '../facts/network.ts';
import type { Host } from '../host/host.ts';
import { CADDYFILE } from '../ingress/caddy-layout.ts';
import { findAdmin } from '../ingress/caddyfile.ts';
import { choosePublicAddress, describeDns, ownAddressesFact, resolveHere } from '../ingress/dns-check.ts';
import { publicOrigin, resolvePublicHost } from '../ingress/public-address.ts';
import { readServedCertificate } from '../ingress/served-certificate.ts';
import { describeLimit } from '../ingress/site-file.ts';
import type { PublicWay } from '../openclaw/config-patch.ts';
import type { ServerLayout } from '../openclaw/server-layout.ts';
import { buildServerIngress, describeServerSite, type IngressStages } from '../plans/server-ingress-plan.ts';
import { createCloudflareDns } from '../providers/cloudflare/cloudflare-dns.ts';
import { exposureCheckStep } from '../steps/exposure-check.ts';
import { absentDnsRecordStep, dnsRecordStep } from '../steps/ingress/dns-record.ts';
import { askDns, type NameQuestion } from '../steps/ingress/name-check.ts';
import { caddyCertificateStep, readAcmeRefusal } from '../steps/server/caddy-certificate.ts';
import { CADDY_BUILDS, isCaddyFit, OLDEST_CADDY } from '../steps/server/caddy-package.ts';
import { caddySiteStep, foreignConfiguration } from '../steps/server/caddy-site.ts';
import { isNarrower, visitorsEndedStep } from '../steps/server/visitors-ended.ts';
import type { Step } from '../steps/step.ts';
import { findOutsideAddress, serverExposureWish } from './exposure.ts';
import { describePublicStatus } from './public-status.ts';
import type { PlaceServices } from './place-services.ts';

/** The gateway and Caddy are on one machine. */
export const SERVER_PROXY = '127.0.0.1';

export interface ServerIngress extends IngressStages {
  /** With the address that visitors type, where that was left to the machine. */
  readonly instance: Instance & { readonly ingress: Ingress };
  readonly findings: readonly Finding[];
  /** For openclaw.json. */
  readonly way: PublicWay;
}

export interface ServerIngressRequest {
  readonly services: PlaceServices;
  readonly facts: Pick<FactReader, 'read'>;
  readonly layout: ServerLayout;
  readonly instance: Instance & { readonly ingress: Ingress };
  /** How it is reached now, where that is to change. */
  readonly former: Ingress | undefined;
  readonly wantsUfw: boolean;
  readonly options: ConnectOptions;
}

/** Facts that `readServerIngress` asks, for a batch that is asked before. */
export const serverIngressFacts = [caddyFact(), listenersFact(), ownAddressesFact()] as const;

/** Finds out what stands in the way of visitors, and plans the rest. @throws AppError `usage.invalid` */
export async function readServerIngress(request: ServerIngressRequest): Promise<ServerIngress> {
  const { services, facts, former, layout } = request;
  const where = await locate(services, request.instance, facts);
  const instance = withAddress(request.instance, where.address);
  const host = resolvePublicHost(instance.ingress.access, instance, where.address);
  const { access } = instance.ingress;
  if (access.mode !== 'tunnel' && host === undefined)
    throw new AppError('usage.invalid', { message: 'The address of the server could not be found out: name it.' });
  const name: NameQuestion | undefined =
    host === undefined || access.mode === 'ip'
      ? undefined
      : { host, reachedAt: where.reachedAt, resolve: where.resolve };
  const record = planRecord(request, host, where.address, former);
  const { findings, wantsModule } =
    host === undefined ? { findings: [], wantsModule: false } : await findObstacles(facts, instance.ingress);
  // What is suspended has nobody inside, and is not to be woken.
  const isEnding = instance.suspension === undefined && (host === undefined || isNarrower(former, instance.ingress));
  const stages = buildServerIngress({
    instance,
    host,
    repository: (await services.mirrors.read()).caddy,
    name,
    record,
    wantsModule,
    wantsUfw: request.wantsUfw,
    exposure: exposureCheckStep(serverExposureWish(services, instance)),
    ended: isEnding ? visitorsEndedStep({ layout, port: instance.port }) : undefined,
    now: services.now,
  });
  const dns = name === undefined ? [] : [describeDns(await askDns(name, facts), record !== undefined)];
  return {
    ...stages,
    instance,
    findings: [...dns, ...findings],
    way: { proxy: SERVER_PROXY, ...(host === undefined ? {} : { origin: publicOrigin(host) }) },
  };
}

/** Whether anything but a tunnel leads to it. Pure. */
export function hasVisitors({ ingress }: Pick<Instance, 'ingress'>): boolean {
  return ingress !== undefined && ingress.access.mode !== 'tunnel';
}

/** Lets visitors in again whom a suspension has shut out. */
export async function planReopening(
  services: PlaceServices,
  facts: Pick<FactReader, 'read'>,
  instance: Instance,
): Promise<Step[]> {
  const { ingress } = instance;
  if (ingress === undefined || ingress.access.mode === 'tunnel') return [];
  const host = resolvePublicHost(ingress.access, instance, (await locate(services, instance, facts)).address);
  if (host === undefined) return [];
  return [
    caddySiteStep(instance, describeServerSite({ ...instance, ingress }, host)),
    caddyCertificateStep(host, services.now),
  ];
}

/** What visitors meet, as it stands. */
export async function readServerIngressStatus(
  services: PlaceServices,
  facts: Pick<FactReader, 'read'>,
  server: Host,
  instance: Instance,
  signal: AbortSignal = new AbortController().signal,
): Promise<IngressStatus> {
  const { ingress } = instance;
  if (ingress === undefined || ingress.access.mode === 'tunnel') return {};
  const where = await locate(services, instance, facts);
  const host = resolvePublicHost(ingress.access, instance, where.address);
  if (host === undefined) return {};
  const caddy = await facts.read(caddyFact());
  const limitedBy = describeLimit(ingress.limits, caddy);
  const served = await readServedCertificate(server, host, signal);
  return describePublicStatus({
    instance: { ...instance, ingress },
    host,
    limitedBy,
    served,
    nowMs: services.now(),
    down: caddy.service === 'running' ? undefined : 'Caddy does not run.',
    askDns: () => askDns({ host, ...where }, facts),
    readRefusal: () => readAcmeRefusal(server, host, signal),
  });
}

export interface Whereabouts extends Omit<NameQuestion, 'host'> {
  /** For visitors. */
  readonly address: string | undefined;
}

export async function locate(
  { deps }: Pick<PlaceServices, 'deps'>,
  instance: Instance,
  { read }: Pick<FactReader, 'read'>,
): Promise<Whereabouts> {
  const resolve = deps.resolveHost ?? resolveHere;
  const own = await read(ownAddressesFact());
  const reachedAt = await resolve(await findOutsideAddress(instance, deps));
  return { resolve, reachedAt, address: choosePublicAddress(own, reachedAt) };
}

/** An address that was left to the machine is kept, so that visitors find it where it was. */
export function withAddress<T extends { readonly ingress: Ingress }>(instance: T, address: string | undefined): T {
  const { ingress } = instance;
  if (ingress.access.mode !== 'ip' || ingress.access.address !== undefined || address === undefined) return instance;
  return { ...instance, ingress: { ...ingress, access: { mode: 'ip', address } } };
}

export function planRecord(
  { services, instance, options }: Pick<ServerIngressRequest, 'services' | 'instance' | 'options'>,
  host: string | undefined,
  address: string | undefined,
  former: Ingress | undefined,
): Step | undefined {
  const token = options.secrets?.cloudflareToken;
  if (token === undefined) return undefined;
  const { cloudflareApi: api } = services.deps;
  const dns = createCloudflareDns(token, api === undefined ? {} : { api });
  if (host !== undefined) {
    if (instance.ingress.access.mode === 'ip' || address === undefined) return undefined;
    return dnsRecordStep({ dns, instance: instance.id, host, addresses: [address] });
  }
  if (former === undefined || former.access.mode === 'ip') return undefined;
  const old = resolvePublicHost(former.access, instance);
  return old === undefined ? undefined : absentDnsRecordStep({ dns, instance: instance.id, host: old });
}

const PORTS = { id: 'visitor-ports', title: 'Ports 80 and 443' };
const CADDY = { id: 'caddy', title: 'Caddy' };
const ADMIN = { id: 'caddy-admin', title: 'Admin interface of Caddy' };
const RATE = { id: 'rate-limit', title: 'Limit of requests' };

async function findObstacles(
  { read }: Pick<FactReader, 'read'>,
  { limits }: Ingress,
): Promise<{ findings: Finding[]; wantsModule: boolean }> {
  const caddy = await read(caddyFact());
  const held = (await read(listenersFact())).find(
    ({ protocol, port, process }) =>
      protocol === 'tcp' && (port === 80 || port === 443) && process !== undefined && process !== 'caddy',
  );
  const findings: Finding[] = [
    held === undefined
      ? ok(PORTS, 'Nobody else holds them.')
      : refuse(PORTS, 'ingress.port-busy', `${held.process ?? 'Another program'} holds port ${String(held.port)}.`),
    ...judgeConnections({ limits }),
  ];
  if (caddy.service === 'other')
    findings.push({
      ...CADDY,
      level: 'refuse',
      because: foreignConfiguration().message,
      error: foreignConfiguration(),
    });
  else if (caddy.version !== undefined && !isCaddyFit(caddy) && !caddy.isPackaged)
    findings.push(refuse(CADDY, 'ingress.caddy-old', `Caddy ${caddy.version} is too old, ${OLDEST_CADDY} is needed.`));
  else if (caddy.version !== undefined) findings.push(ok(CADDY, `It is there; what else ${CADDYFILE} says is kept.`));

  const admin = caddy.version === undefined ? undefined : findAdmin((await read(fileFact(CADDYFILE)))?.text ?? '');
  if (admin !== undefined && admin !== 'off' && !admin.startsWith('unix/'))
    findings.push(
      warn(ADMIN, `${CADDYFILE} has it at ${admin}, where every account of the server can change what is served.`),
    );

  const wantsRate = limits.rate !== undefined || limits.burst !== undefined;
  if (!wantsRate || caddy.hasRateLimit) return { findings, wantsModule: false };
  const missing = await findModuleObstacle({ read });
  if (missing === undefined) return { findings, wantsModule: true };
  const limit = limits.connections ?? limits.burst;
  const instead =
    limit === undefined ? 'it is not limited' : `${String(limit)} are let in at once, of all visitors together`;
  findings.push(warn(RATE, `Connections only: ${missing}, so that ${instead}.`));
  return { findings, wantsModule: false };
}

/** Why Caddy is not to have its module for requests; undefined: it can, and keeps it. */
async function findModuleObstacle({ read }: Pick<FactReader, 'read'>): Promise<string | undefined> {
  // Only dpkg leads a package's own program aside (see `caddyModuleStep`).
  if ((await read(neededToolsFact())).packageManager !== 'apt-get')
    return "the next update of Caddy's package would take its module for requests away again, and Caddy with it";
  const builds = await read(reachFact([CADDY_BUILDS]));
  return builds.every(({ fault }) => fault === undefined)
    ? undefined
    : "Caddy's module for requests cannot be had from this server";
}

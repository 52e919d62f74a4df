import { networkInterfaces } from 'node:os';
import type { Instance } from '../../shared/model/instance.ts';
import type { ExposureFinding, ExposureReport } from '../api-operations.ts';
import type { ContainerEngine } from '../container-engine/container-engine.ts';
import type { FactReader } from '../facts/fact.ts';
import { findSshPorts, firewallFact } from '../facts/firewall.ts';
import { listenersFact } from '../facts/listeners.ts';
import { resolvePublicHost } from '../ingress/public-address.ts';
import {
  describeReach,
  judgeExposure,
  listGatewayPorts,
  listOpenPorts,
  SITE_PORTS,
  type ExposureSubject,
  type InsideLook,
  type OutsideLook,
} from './judge-exposure.ts';
import { createOutside, type Outside } from './outside.ts';
import { publishedPortsFact, readRows } from './published-ports.ts';

/** Everybody may ask for it, and the gateway gives it only to whoever has the token. */
const TOKEN_PATH = '/control-ui-config.json';

export interface ExposureQuestion {
  readonly instance: Instance;
  /** The machine as others reach it. */
  readonly outside: Outside;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

export const exposureFacts = [listenersFact(), publishedPortsFact(), firewallFact()] as const;

/** What of a server can be reached, by what listens there and by what answers from here. */
export async function checkServerExposure(
  question: ExposureQuestion,
  { read }: Pick<FactReader, 'read'>,
): Promise<ExposureReport> {
  return judgeFromOutside(question, {
    listeners: await read(listenersFact()),
    published: await read(publishedPortsFact()),
    firewall: await read(firewallFact()),
  });
}

/** As `checkServerExposure`, for an instance in a container there. What the engine itself says of its ports counts. */
export async function checkDockerServerExposure(
  question: ExposureQuestion,
  { read }: Pick<FactReader, 'read'>,
  engine: ContainerEngine,
): Promise<ExposureReport> {
  return judgeFromOutside(question, {
    listeners: await read(listenersFact()),
    published: await readPublished(engine, question.signal),
    firewall: await read(firewallFact()),
  });
}

export type LocalExposureQuestion = Omit<ExposureQuestion, 'outside'> & {
  /** Of this computer in its networks. Default: what it says. */
  readonly addresses?: readonly string[];
};

/** What of this computer's instance can be reached by others in its networks; the rest of it is its owner's affair. */
export function checkLocalExposure(question: LocalExposureQuestion): Promise<ExposureReport> {
  return judgeThisComputer(question, { listeners: [], published: [], firewall: undefined });
}

/** As `checkLocalExposure`, for a container of this computer's engine. */
export async function checkDockerExposure(
  question: LocalExposureQuestion,
  engine: ContainerEngine,
): Promise<ExposureReport> {
  const published = await readPublished(engine, question.signal);
  return judgeThisComputer(question, { listeners: [], published, firewall: undefined });
}

async function readPublished(engine: ContainerEngine, signal: AbortSignal): Promise<InsideLook['published']> {
  const rows = await engine.containers.list({}, { signal });
  return readRows(rows.filter(({ state }) => state === 'running' || state === 'paused'));
}

async function judgeFromOutside(question: ExposureQuestion, inside: InsideLook): Promise<ExposureReport> {
  const { outside, signal } = question;
  const subject = describeSubject(question.instance, outside.address);
  const sshPorts = inside.firewall === undefined ? [] : findSshPorts(inside.listeners, inside.firewall);
  const gatewayPorts = listGatewayPorts(subject, inside);
  const open = await outside.knock([...sshPorts, ...SITE_PORTS, ...gatewayPorts, ...listOpenPorts(inside)], signal);
  // Who does not even find SSH there stands elsewhere than everybody: behind a jump host, or at another machine.
  const isBlind = sshPorts.length > 0 && !sshPorts.some((port) => open.has(port));
  const look = isBlind ? undefined : await askGateway(subject, outside, open, gatewayPorts, signal);
  const blind: ExposureFinding = {
    id: 'outside',
    title: 'From outside',
    level: 'warn',
    because: `SSH at ${outside.address} is not reached directly from here, so that what listens there was judged from inside.`,
  };
  return report(question, subject, [...judgeExposure(subject, inside, look), ...(isBlind ? [blind] : [])]);
}

async function judgeThisComputer(question: LocalExposureQuestion, inside: InsideLook): Promise<ExposureReport> {
  const { signal, addresses = listOwnAddresses() } = question;
  const subject = describeSubject(question.instance, addresses[0]);
  const ports = [...listGatewayPorts(subject, inside), ...(subject.publicHost === undefined ? [] : SITE_PORTS)];
  const others = inside.published.length === 0 ? [] : listOpenPorts(inside);
  const found = await Promise.all(
    addresses.map(async (address) => {
      const outside = createOutside(address);
      return { outside, open: await outside.knock([...ports, ...others], signal) };
    }),
  );
  const gatewayPorts = listGatewayPorts(subject, inside);
  // The network in which the most is open is the one to be told of.
  const worst = found.sort((a, b) => b.open.size - a.open.size)[0];
  const look =
    worst === undefined ? undefined : await askGateway(subject, worst.outside, worst.open, gatewayPorts, signal);
  return report(question, subject, judgeExposure(subject, inside, look));
}

async function askGateway(
  { publicHost }: ExposureSubject,
  outside: Outside,
  open: ReadonlySet<number>,
  gatewayPorts: readonly number[],
  signal: AbortSignal,
): Promise<OutsideLook> {
  const gateway = await Promise.all(
    gatewayPorts
      .filter((port) => open.has(port))
      .map(async (port) => [port, await outside.ask({ port, path: TOKEN_PATH }, signal)] as const),
  );
  const site =
    publicHost === undefined || !open.has(443)
      ? undefined
      : await outside.ask({ port: 443, path: TOKEN_PATH, host: publicHost }, signal);
  return { address: outside.address, open, gateway: new Map(gateway), site };
}

function describeSubject(instance: Instance, machineAddress: string | undefined): ExposureSubject {
  const { target, ingress } = instance;
  return {
    name: instance.name,
    instance: instance.id,
    kind: target.kind,
    isRemote: target.kind === 'ssh' || (target.kind === 'docker' && target.server !== undefined),
    port: instance.port,
    ingress,
    publicHost: ingress === undefined ? undefined : resolvePublicHost(ingress.access, instance, machineAddress),
  };
}

function report(
  { now }: Pick<ExposureQuestion, 'now'>,
  subject: ExposureSubject,
  findings: readonly ExposureFinding[],
): ExposureReport {
  return { at: new Date(now()).toISOString(), reachableFrom: describeReach(subject, findings), findings };
}

/** The bridges of engines and virtual machines lead nowhere outside, but knocking there does no harm. */
function listOwnAddresses(): readonly string[] {
  return Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80:'))
    .map(({ address }) => address);
}

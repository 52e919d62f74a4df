import type { Ingress } from '../../shared/model/ingress.ts';
import type { ExposureFinding } from '../api-operations.ts';
import { findSshPorts, type Firewall } from '../facts/firewall.ts';
import { isLoopback, type Listener } from '../facts/listeners.ts';
import { formatList } from '../diagnostics/finding.ts';
import { judgeFirewall } from '../diagnostics/preflight-firewall.ts';
import { findOpenPorts, type PublishedContainer } from './published-ports.ts';

/** Where a gateway listens when nobody says otherwise: who was told to open it by hand has opened this one. */
export const USUAL_GATEWAY_PORT = 18_789;
export const SITE_PORTS: readonly number[] = [80, 443];
/** Who may speak with Docker is root. */
const DOCKER_API_PORT = 2375;

/** Whose machine is looked at, and what is meant to be open there. */
export interface ExposureSubject {
  readonly name: string;
  readonly instance: string;
  readonly kind: 'ssh' | 'local' | 'docker';
  /** Whether the machine is another one than this computer. */
  readonly isRemote: boolean;
  /** On the machine's loopback address, as it should be. */
  readonly port: number;
  readonly ingress: Ingress | undefined;
  /** What visitors type; undefined: nothing but a tunnel. */
  readonly publicHost: string | undefined;
}

export interface InsideLook {
  readonly listeners: readonly Listener[];
  readonly published: readonly PublishedContainer[];
  /** Undefined: this computer's own, which is its owner's affair. */
  readonly firewall: Firewall | undefined;
}

export interface OutsideLook {
  readonly address: string;
  /** The ports that took a connection. */
  readonly open: ReadonlySet<number>;
  /** What the ports of the gateway answered to somebody without a token, by port. */
  readonly gateway: ReadonlyMap<number, number | undefined>;
  /** What the HTTPS site answered to somebody without a token. */
  readonly site: number | undefined;
}

/** Pure. `outside` is undefined where this computer cannot reach the machine as others do: then only what listens there counts. */
export function judgeExposure(
  subject: ExposureSubject,
  inside: InsideLook,
  outside: OutsideLook | undefined,
): readonly ExposureFinding[] {
  return [
    judgeGateway(subject, inside, outside),
    ...judgeToken(subject, outside),
    ...judgeSite(subject, outside),
    ...judgeContainers(subject, inside, outside),
    ...judgeOthers(subject, inside, outside),
    ...judgeWall(subject, inside),
  ];
}

/** The ports at which the gateway of this instance might be open, beside the one that is meant. Pure. */
export function listGatewayPorts(
  { kind, port, instance }: Pick<ExposureSubject, 'kind' | 'port' | 'instance'>,
  { published }: Pick<InsideLook, 'published'>,
): readonly number[] {
  // On an engine every instance has a port of its own, and the usual one may be that of somebody else.
  const usual = kind === 'ssh' ? [USUAL_GATEWAY_PORT] : [];
  const own = published.filter((one) => one.instance === instance).flatMap(findOpenPorts);
  return [...new Set([port, ...usual, ...own])];
}

/** Everything on the machine that is not for itself alone. Pure. */
export function listOpenPorts({ listeners, published }: InsideLook): readonly number[] {
  const listening = listeners
    .filter(({ protocol, address }) => protocol === 'tcp' && !isLoopback(address))
    .map(({ port }) => port);
  return [...new Set([...listening, ...published.flatMap(findOpenPorts)])].sort((a, b) => a - b);
}

function judgeGateway(subject: ExposureSubject, inside: InsideLook, outside: OutsideLook | undefined): ExposureFinding {
  const about = { id: 'gateway', title: 'The gateway’s own port' };
  const ports = listGatewayPorts(subject, inside);
  const open = listOpenPorts(inside).filter((port) => ports.includes(port));
  const reached = ports.filter((port) => outside?.open.has(port) ?? false);
  const fix =
    subject.kind === 'docker'
      ? `Deploy ${subject.name} again: its container is then published on 127.0.0.1 alone.`
      : `Deploy ${subject.name} again: its gateway then listens on 127.0.0.1 alone.`;
  if (reached.length > 0) {
    const because = `It answers everybody at ${outside?.address ?? 'this machine'} (${formatPorts(reached)}), without HTTPS.`;
    return { ...about, level: 'bad', because, fix };
  }
  if (open.length === 0) {
    return { ...about, level: 'ok', because: `It is for the machine itself alone (${formatPorts([subject.port])}).` };
  }
  const because = `It listens to every address (${formatPorts(open)})`;
  return outside === undefined
    ? { ...about, level: 'bad', because: `${because}.`, fix }
    : { ...about, level: 'warn', because: `${because}; only a firewall keeps it closed.`, fix };
}

function judgeToken(subject: ExposureSubject, outside: OutsideLook | undefined): ExposureFinding[] {
  if (outside === undefined) return [];
  const about = { id: 'token', title: 'The gateway without its token' };
  const asked = [...outside.gateway.values(), outside.site].filter((status) => status !== undefined);
  if (asked.some((status) => status >= 200 && status < 300)) {
    return [
      {
        ...about,
        level: 'bad',
        because: 'It answers visitors who have no token.',
        fix: `Deploy ${subject.name} again: its configuration then asks for the token.`,
      },
    ];
  }
  const isRefused = asked.some((status) => status === 401 || status === 403);
  return isRefused ? [{ ...about, level: 'ok', because: 'It turns away visitors who have no token.' }] : [];
}

function judgeSite(subject: ExposureSubject, outside: OutsideLook | undefined): ExposureFinding[] {
  if (subject.publicHost === undefined || outside === undefined) return [];
  const about = { id: 'site', title: `https://${subject.publicHost}` };
  if (outside.site !== undefined && outside.site < 500) {
    return [{ ...about, level: 'ok', because: 'It answers, through Caddy and with HTTPS.' }];
  }
  const because = outside.open.has(443)
    ? `It answers with ${outside.site === undefined ? 'nothing' : `status ${String(outside.site)}`}.`
    : `Port 443 of ${outside.address} does not answer.`;
  return [
    {
      ...about,
      level: 'warn',
      because,
      fix: 'Let ports 80 and 443 in, at the firewall of whoever rents it to you too.',
    },
  ];
}

/** Docker writes rules of its own for published ports, before those of ufw. */
function judgeContainers(
  subject: ExposureSubject,
  { published, firewall }: InsideLook,
  outside: OutsideLook | undefined,
): ExposureFinding[] {
  return published.flatMap((container): ExposureFinding[] => {
    const { name, instance, role } = container;
    const ports = findOpenPorts(container);
    const isProxy = role === 'ingress' && ports.every((port) => SITE_PORTS.includes(port));
    if (ports.length === 0 || isProxy || instance === subject.instance) return [];
    const about = { id: `container:${name}`, title: `Container ${name}` };
    const where = `It is published to every address (${formatPorts(ports)})`;
    if (instance !== undefined) {
      return [
        { ...about, level: 'bad', because: `${where}, and holds an instance.`, fix: 'Deploy that instance again.' },
      ];
    }
    const isOpen = outside === undefined || ports.some((port) => outside.open.has(port));
    const past = firewall?.ufw.isActive === true ? ', past ufw: Docker does not ask it' : '';
    const because = isOpen ? `${where}${past}.` : `${where}${past}; from here it does not answer.`;
    const fix = `Publish it to the machine alone: docker run -p 127.0.0.1:${String(ports[0])}:…`;
    return [{ ...about, level: 'warn', because, fix }];
  });
}

/** What else answers, or would if it could be asked. */
function judgeOthers(
  subject: ExposureSubject,
  inside: InsideLook,
  outside: OutsideLook | undefined,
): ExposureFinding[] {
  const { listeners, published, firewall } = inside;
  if (firewall === undefined) return [];
  const sshPorts = findSshPorts(listeners, firewall);
  const told = [...listGatewayPorts(subject, inside), ...published.flatMap(findOpenPorts)];
  const meant = subject.publicHost === undefined ? [] : SITE_PORTS;
  const others = new Map<string, Set<number>>();
  for (const { protocol, address, port, process } of listeners) {
    if (protocol !== 'tcp' || isLoopback(address) || [...sshPorts, ...told, ...meant].includes(port)) continue;
    if (outside !== undefined && !outside.open.has(port)) continue;
    const name = process ?? 'a program';
    others.set(name, (others.get(name) ?? new Set()).add(port));
  }
  const ssh: ExposureFinding[] =
    sshPorts.length === 0
      ? []
      : [
          {
            id: 'ssh',
            title: 'SSH',
            level: 'ok',
            because: `The way in for its owners (${formatPorts(sshPorts)}).`,
          },
        ];
  return [
    ...ssh,
    ...[...others].map(([name, found]): ExposureFinding => {
      const ports = [...found].sort((a, b) => a - b);
      const isDocker = ports.includes(DOCKER_API_PORT);
      return {
        id: `listener:${name}`,
        title: name,
        level: isDocker ? 'bad' : 'warn',
        because: isDocker
          ? `The Docker engine takes orders from everybody (${formatPorts(ports)}), which is as good as root.`
          : `It is open to everybody (${formatPorts(ports)}).`,
        fix: formatWallFix(ports, firewall),
      };
    }),
  ];
}

function formatWallFix(ports: readonly number[], firewall: Firewall): string {
  const rules = ports.map((port) => `sudo ufw deny ${String(port)}/tcp`).join(' && ');
  return firewall.ufw.isActive
    ? `Let it listen on 127.0.0.1, or: ${rules}`
    : 'Let it listen on 127.0.0.1, or deploy with the firewall switched on.';
}

function judgeWall({ name }: ExposureSubject, { firewall, listeners }: InsideLook): ExposureFinding[] {
  if (firewall === undefined) return [];
  const { id, title, level, because } = judgeFirewall(firewall, listeners, false).finding;
  return level === 'ok'
    ? [{ id, title, level, because }]
    : [{ id, title, level: 'warn', because, fix: `hardshell deploy ${name} --firewall` }];
}

/** In words, who gets as far as the gateway's question for its token. Pure. */
export function describeReach(subject: ExposureSubject, findings: readonly ExposureFinding[]): string {
  if (findings.some(({ id, level }) => id === 'token' && level === 'bad')) return 'Everybody, without a token';
  if (findings.some(({ id, level }) => id === 'gateway' && level === 'bad')) {
    return 'Everybody who reaches this machine, without HTTPS';
  }
  const { publicHost, ingress, isRemote } = subject;
  if (publicHost === undefined) return isRemote ? 'Whoever may sign in to the server by SSH' : 'Only this computer';
  const allow = ingress?.limits.allow?.length;
  return allow === undefined
    ? `Whoever knows https://${publicHost} and signs in`
    : `Whoever comes from one of ${String(allow)} allowed addresses to https://${publicHost} and signs in`;
}

function formatPorts(ports: readonly number[]): string {
  return `port${ports.length === 1 ? '' : 's'} ${formatList(ports.map(String))}`;
}

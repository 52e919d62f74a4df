import { isIP } from 'node:net';
import { addressRangeSchema, hostNameSchema, type TrafficLimits } from '../../shared/model/ingress.ts';
import { CADDY_SOCKET, type RequestLog } from './caddy-layout.ts';
import { bracket, publicOrigin } from './public-address.ts';

/** One public address of one instance, as Caddy is told. */
export interface Site {
  /** A name, or an address without brackets. */
  readonly host: string;
  /** `127.0.0.1:18789`, or the container's address. */
  readonly upstream: string;
  readonly limits: TrafficLimits;
  readonly acme?: {
    readonly directory: string;
    /** Where Caddy finds the root certificate of that server, as Caddy sees it. */
    readonly rootFile?: string;
  };
  readonly email?: string;
  /** Absent: requests are not counted. */
  readonly requests?: Pick<RequestLog, 'name' | 'file'>;
}

export interface CaddyAbilities {
  /** Whether it has the module caddy-ratelimit. */
  readonly hasRateLimit: boolean;
}

/**
 * What visitors were given stays while Caddy takes over a new configuration: an open WebSocket goes on in the old one for so
 * long. What must end at once is ended at the gateway (`visitorsEndedStep`).
 */
const STREAM_CLOSE_DELAY = '24h';

/**
 * The site in Caddy's own syntax: a file of its own, so that two runs never overwrite each other's. Every value is checked before it
 * becomes part of the text. Pure.
 * @throws TypeError where a value is not what it should be: schemas have let it through that must not
 */
export function buildSiteFile(site: Site, abilities: CaddyAbilities): string {
  const { limits } = site;
  return `# Written by Hardshell. It writes this file again: changes by hand are lost.
${publicOrigin(hostWord(site.host))} {
${indent([
  ...formatTls(site),
  ...formatRequestLog(site),
  'route {',
  ...indent([
    ...formatAllowList(site),
    ...(site.requests === undefined ? [] : [`log_name ${word(site.requests.name, LOG_NAME)}`]),
    ...(abilities.hasRateLimit ? formatRate(site) : []),
    ...(limits.bodyBytes === undefined ? [] : ['request_body {', `\tmax_size ${count(limits.bodyBytes)}`, '}']),
    ...formatProxy(site, abilities),
  ]),
  '}',
]).join('\n')}
}
`;
}

/**
 * What belongs into the global options for that site: browsers name no host when they ask for an address, so that Caddy has to be
 * told whose certificate is meant. Undefined: nothing. Pure.
 */
export function buildSiteOptions(site: Pick<Site, 'host'>): string | undefined {
  return isIP(site.host) === 0 ? undefined : `default_sni ${hostWord(site.host)}\n`;
}

/**
 * Who reaches Caddy's admin interface can lead every site elsewhere. On its usual port that is every account of the machine, that
 * of the instance and its agent among them; this socket is of Caddy's account and of root. Pure.
 */
export function buildSharedOptions(): string {
  return `admin unix/${CADDY_SOCKET}|0600\n`;
}

/** By what visitors are limited; `rate` needs the module. Pure. */
export function describeLimit(limits: TrafficLimits, abilities: CaddyAbilities): 'rate' | 'connections' | undefined {
  if (limits.rate !== undefined || limits.burst !== undefined) {
    if (abilities.hasRateLimit) return 'rate';
  }
  return countConnections(limits, abilities) === undefined ? undefined : 'connections';
}

/** Without the module a burst is at least not let through all at once. */
function countConnections(limits: TrafficLimits, { hasRateLimit }: CaddyAbilities): number | undefined {
  return limits.connections ?? (hasRateLimit ? undefined : limits.burst);
}

/** Of an address Let's Encrypt signs certificates of six days and no others; with no issuer named, Caddy would sign it itself. */
function formatTls({ host, acme, email }: Site): string[] {
  const isAddress = isIP(host) !== 0;
  if (!isAddress && acme === undefined) return email === undefined ? [] : [`tls ${word(email, EMAIL)}`];
  return [
    'tls {',
    '\tissuer acme {',
    ...(acme === undefined ? [] : [`\t\tdir ${word(acme.directory, URL_TEXT)}`]),
    ...(acme?.rootFile === undefined ? [] : [`\t\ttrusted_roots ${word(acme.rootFile, PATH)}`]),
    ...(email === undefined ? [] : [`\t\temail ${word(email, EMAIL)}`]),
    ...(isAddress ? ['\t\tprofile shortlived'] : []),
    '\t}',
    '}',
  ];
}

/**
 * A line each request, of which the number alone is of use: nothing in it says who came and for what. Caddy's metrics would count
 * too, and keep a set of numbers for each way of writing the host that visitors think of: anybody could fill its memory. For the
 * same reason the site names its log in its route (`log_name`), where the host is known, however it was written.
 */
function formatRequestLog({ requests }: Site): string[] {
  if (requests === undefined) return [];
  return [
    `log ${word(requests.name, LOG_NAME)} {`,
    ...indent([
      'no_hostname',
      `output file ${word(requests.file, PATH)} {`,
      '\troll_size 16MiB',
      '\troll_uncompressed',
      '\troll_keep 1',
      '}',
      'format filter {',
      ...REQUEST_FIELDS.map((field) => `\t${field} delete`),
      '}',
    ]),
    '}',
  ];
}

const REQUEST_FIELDS = ['request', 'resp_headers', 'user_id', 'bytes_read', 'duration', 'size', 'status'];

/** The address of the connection counts and nothing that a request says. Whoever is turned away here is no visitor to count. */
function formatAllowList({ limits: { allow }, requests }: Site): string[] {
  if (allow === undefined) return [];
  // An empty list lets nobody in, which is what it says.
  const outside = allow.length === 0 ? [] : [`@outside not remote_ip ${allow.map(rangeWord).join(' ')}`];
  const who = allow.length === 0 ? '' : '@outside ';
  return [
    ...outside,
    ...(requests === undefined ? [] : [`log_skip ${who}`.trimEnd()]),
    `respond ${who}"Not open to this address." 403`,
  ];
}

/** So many requests in the time in which the rate brings as many: the burst at once, and never more than the rate for long. */
function formatRate({ host, limits: { rate, burst } }: Site): string[] {
  if (rate === undefined && burst === undefined) return [];
  const events = burst ?? Math.max(1, Math.ceil(rate ?? 1));
  const windowMs = Math.max(1, Math.round((events / (rate ?? events)) * 1000));
  return [
    'rate_limit {',
    `\tzone ${hostWord(host)} {`,
    '\t\tkey {http.request.remote.host}',
    `\t\tevents ${count(events)}`,
    `\t\twindow ${count(windowMs)}ms`,
    '\t}',
    '}',
  ];
}

/**
 * What the gateway believes about a visitor is set here and not added to: whatever a request brings along of that kind is gone.
 * Answers and WebSockets are passed on as they come, for as long as they last.
 */
function formatProxy(site: Site, abilities: CaddyAbilities): string[] {
  const connections = countConnections(site.limits, abilities);
  return [
    `reverse_proxy ${word(site.upstream, UPSTREAM)} {`,
    ...indent([
      'header_up X-Forwarded-For {http.request.remote.host}',
      'header_up X-Forwarded-Proto https',
      `header_up X-Forwarded-Host ${bracket(hostWord(site.host))}`,
      'header_up -X-Real-IP',
      'header_up -Forwarded',
      'flush_interval -1',
      `stream_close_delay ${STREAM_CLOSE_DELAY}`,
      ...(connections === undefined ? [] : [`unhealthy_request_count ${count(connections)}`]),
    ]),
    '}',
  ];
}

/** No blank, quote, brace, bracket of a placeholder, comment or line end: such a word is read by Caddy as it stands here. */
const EMAIL = /^[\w.'+-]+@[A-Za-z0-9.-]+$/;
const URL_TEXT = /^https?:\/\/[A-Za-z0-9._~:/@!$&*+,;=%[\]-]+$/;
const LOG_NAME = /^hardshell-[a-z0-9-]+$/;
const PATH = /^\/[\w./-]+$/;
const UPSTREAM = /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:]+\]|[a-z0-9][a-z0-9.-]*):\d{1,5}$/;

function word(text: string, pattern: RegExp): string {
  if (!pattern.test(text)) throw new TypeError(`Not a word for Caddy's configuration: ${JSON.stringify(text)}`);
  return text;
}

function hostWord(host: string): string {
  if (isIP(host) !== 0) return word(host, /^[0-9a-f.:]+$/);
  if (hostNameSchema.safeParse(host).data !== host) throw new TypeError(`Not a host: ${JSON.stringify(host)}`);
  return host;
}

function rangeWord(range: string): string {
  return word(addressRangeSchema.parse(range), /^[0-9A-Fa-f.:]+(?:\/\d{1,3})?$/);
}

function count(number: number): string {
  if (!Number.isSafeInteger(number) || number < 1) throw new TypeError(`Not a count: ${String(number)}`);
  return String(number);
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `\t${line}`);
}

import { z } from 'zod';
import { AppError } from '../../../shared/app-error.ts';
import type { Secret } from '../../../shared/secret.ts';

export const officialCloudflareApi = 'https://api.cloudflare.com/client/v4';

export interface DnsZone {
  readonly id: string;
  /** `example.com` */
  readonly name: string;
}

export interface DnsRecord {
  readonly id: string;
  /** `A`, `AAAA`, `CNAME`, … */
  readonly type: string;
  readonly name: string;
  readonly content: string;
  /** It leads to Cloudflare, which passes on what it likes. */
  readonly isProxied: boolean;
  readonly comment: string;
}

export interface AddressRecord {
  readonly type: 'A' | 'AAAA';
  readonly name: string;
  readonly content: string;
  readonly comment: string;
}

/**
 * The DNS of somebody's zones at Cloudflare, as far as one token reaches. All of it throws AppError
 * `cloudflare.token-rejected` where the token may not do that, and `cloudflare.failed` for the rest.
 */
export interface CloudflareDns {
  /** The zone that a host name lies in: the longest that the token may see. */
  findZone(host: string, signal?: AbortSignal): Promise<DnsZone>;
  /** All records of exactly this name, whatever their type. */
  listRecords(zone: DnsZone, name: string, signal?: AbortSignal): Promise<DnsRecord[]>;
  /** Never through Cloudflare's proxy: certificates and WebSockets are the server's own. Fine where it is there already. */
  createRecord(zone: DnsZone, record: AddressRecord, signal?: AbortSignal): Promise<void>;
  updateRecord(zone: DnsZone, id: string, record: AddressRecord, signal?: AbortSignal): Promise<void>;
  /** Fine where there is none. */
  removeRecord(zone: DnsZone, id: string, signal?: AbortSignal): Promise<void>;
}

export interface CloudflareOptions {
  /** Base URL without a trailing slash. Default Cloudflare's own. */
  readonly api?: string;
  /** For one question. Default 20 s. */
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 20_000;
const PER_PAGE = 100;
/** Automatic: what Cloudflare gives a record for which nobody says anything. */
const AUTOMATIC_TTL = 1;
/** "Authentication error", "Invalid access token", "Invalid request headers" (a token that is not shaped like one). */
const TOKEN_ERRORS: readonly number[] = [6003, 9103, 9106, 9109, 10000];
/** Identical, in the words of two generations of the API. */
const ALREADY_THERE: readonly number[] = [81057, 81058];
const NOT_THERE = 81044;

const saidSchema = z.object({ code: z.number(), message: z.string() });
const envelopeSchema = z.object({
  success: z.boolean(),
  errors: z.array(saidSchema).default([]),
  result: z.unknown(),
  result_info: z.object({ total_pages: z.number().default(1) }).nullish(),
});
const zonesSchema = z.array(z.object({ id: z.string().min(1), name: z.string() }));
const recordsSchema = z.array(
  z.object({
    id: z.string().min(1),
    type: z.string(),
    name: z.string(),
    content: z.string().default(''),
    proxied: z.boolean().default(false),
    comment: z.string().nullish(),
  }),
);

type Envelope = z.infer<typeof envelopeSchema>;
interface Answer {
  readonly status: number;
  readonly envelope: Envelope | undefined;
}

export function createCloudflareDns(token: Secret, options: CloudflareOptions = {}): CloudflareDns {
  const { api = officialCloudflareApi, timeoutMs = DEFAULT_TIMEOUT_MS } = options;

  const ask = async (method: string, path: string, signal: AbortSignal | undefined, body?: object): Promise<Answer> => {
    const deadline = AbortSignal.timeout(timeoutMs);
    let status: number | undefined;
    let text: unknown;
    try {
      const response = await fetch(`${api}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token.reveal()}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
      });
      status = response.status;
      text = await response.json();
    } catch (error) {
      signal?.throwIfAborted();
      // An answer that is no JSON is judged by its status. What fetch throws may quote a header, so it goes no further.
      if (status === undefined) throw failed(deadline.aborted ? 'no answer in time' : networkCode(error));
    }
    return { status, envelope: envelopeSchema.safeParse(text).data };
  };
  const list = async <T>(path: string, schema: z.ZodType<T[]>, signal: AbortSignal | undefined): Promise<T[]> => {
    const found: T[] = [];
    for (let page = 1, pages = 1; page <= pages; page += 1) {
      const answer = await ask('GET', `${path}&page=${String(page)}&per_page=${String(PER_PAGE)}`, signal);
      const envelope = expectSuccess(answer);
      const parsed = schema.safeParse(envelope.result);
      if (!parsed.success) throw failed('it answered something else than a list');
      found.push(...parsed.data);
      pages = envelope.result_info?.total_pages ?? 1;
    }
    return found;
  };
  const format = ({ type, name, content, comment }: AddressRecord): object => ({
    type,
    name,
    content,
    comment,
    ttl: AUTOMATIC_TTL,
    proxied: false,
  });

  return {
    async findZone(host, signal) {
      for (const name of listParents(host)) {
        const zones = await list(`/zones?name=${encodeURIComponent(name)}`, zonesSchema, signal);
        const zone = zones.find((one) => one.name === name);
        if (zone !== undefined) return zone;
      }
      throw new AppError('cloudflare.token-rejected', {
        message: `This token of Cloudflare's sees no zone that ${host} lies in.`,
        details: { host },
      });
    },
    async listRecords(zone, name, signal) {
      const path = `/zones/${zone.id}/dns_records?name=${encodeURIComponent(name)}`;
      const records = await list(path, recordsSchema, signal);
      return records
        .filter((record) => record.name.toLowerCase() === name)
        .map(({ id, type, content, proxied, comment }) => ({
          id,
          type,
          name,
          content,
          isProxied: proxied,
          comment: comment ?? '',
        }));
    },
    async createRecord(zone, record, signal) {
      const answer = await ask('POST', `/zones/${zone.id}/dns_records`, signal, format(record));
      if (!hasSaid(answer, ALREADY_THERE)) expectSuccess(answer);
    },
    async updateRecord(zone, id, record, signal) {
      expectSuccess(await ask('PATCH', `/zones/${zone.id}/dns_records/${id}`, signal, format(record)));
    },
    async removeRecord(zone, id, signal) {
      const answer = await ask('DELETE', `/zones/${zone.id}/dns_records/${id}`, signal);
      if (answer.status !== 404 && !hasSaid(answer, [NOT_THERE])) expectSuccess(answer);
    },
  };
}

/** `a.bots.example.com`, `bots.example.com`, `example.com`: no zone is a top-level domain. Pure. */
function listParents(host: string): string[] {
  const labels = host.split('.');
  return labels.slice(0, -1).map((_, index) => labels.slice(index).join('.'));
}

function hasSaid({ envelope }: Answer, codes: readonly number[]): boolean {
  return envelope?.success === false && envelope.errors.some(({ code }) => codes.includes(code));
}

function expectSuccess(answer: Answer): Envelope {
  const { status, envelope } = answer;
  if (envelope?.success === true && status < 400) return envelope;
  const said = envelope?.errors.map(({ code, message }) => `${message} (${String(code)})`).join('; ');
  const reason = said === undefined || said === '' ? `HTTP ${String(status)}` : said;
  if (envelope !== undefined && (status === 401 || status === 403 || hasSaid(answer, TOKEN_ERRORS))) {
    throw new AppError('cloudflare.token-rejected', { details: { reason } });
  }
  throw failed(reason);
}

function failed(reason: string): AppError {
  return new AppError('cloudflare.failed', { details: { reason } });
}

/** fetch keeps what happened to the connection as the cause of its error. */
function networkCode(error: unknown): string {
  const cause = error instanceof Error ? (error.cause as { readonly code?: unknown } | undefined) : undefined;
  return typeof cause?.code === 'string' ? cause.code : 'the connection failed';
}

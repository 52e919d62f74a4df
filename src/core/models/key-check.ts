import { z } from 'zod';
import { AppError } from '../../shared/app-error.ts';
import type { KeyCheck, ProviderChoice } from '../../shared/model/models.ts';
import type { Provider } from '../../shared/model/spec.ts';
import type { Target } from '../../shared/model/target.ts';
import type { Secret } from '../../shared/secret.ts';
import { isLoopback } from '../facts/listeners.ts';

/** Base URLs without a trailing slash, by provider. */
export type ProviderApis = Readonly<Record<Provider, string>>;

export const officialProviderApis: ProviderApis = {
  openrouter: 'https://openrouter.ai/api/v1',
  anthropic: 'https://api.anthropic.com/v1',
  gemini: 'https://generativelanguage.googleapis.com/v1beta',
  openai: 'https://api.openai.com/v1',
};

export interface KeyCheckOptions {
  readonly apis?: Partial<ProviderApis> | undefined;
  /** Where the gateway is that is to use the key. Default: this computer. */
  readonly target?: Target | undefined;
  /** How a provider of one's own speaks, as `models.providers.*.api` has it. Default: as OpenAI does. */
  readonly api?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Default 20 s. */
  readonly timeoutMs?: number;
}

export interface TriedKey {
  readonly check: KeyCheck;
  /** Ids of what the provider offers, where it says. */
  readonly models: readonly string[];
}

const TIMEOUT_MS = 20_000;
/** A list of models; OpenRouter's has a megabyte. */
const MAX_ANSWER_BYTES = 20_000_000;

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

type Get = (url: string, headers: Readonly<Record<string, string>>) => Promise<Answer>;

const keyInfoSchema = z.object({
  data: z.object({
    usage: z.number().optional(),
    limit: z.number().nullish(),
    limit_remaining: z.number().nullish(),
  }),
});
const openAiListSchema = z.object({ data: z.array(z.object({ id: z.string() })) });
const geminiListSchema = z.object({ models: z.array(z.object({ name: z.string() })).optional() });
const errorSchema = z.object({
  error: z.union([z.string(), z.object({ message: z.string().optional() })]),
});

/**
 * Asks the provider, from this computer, whether it takes this key; nothing is spent. No address of ours holds the key, and
 * nothing that is thrown quotes what was sent.
 * @throws AppError `provider.key-rejected`, `provider.no-credit`, `provider.key-limit`, `provider.unreachable`
 */
export async function tryProviderKey(
  choice: ProviderChoice,
  key: Secret,
  options: KeyCheckOptions = {},
): Promise<TriedKey> {
  const apis = { ...officialProviderApis, ...options.apis };
  const bearer = bearerHeaders(key);
  const get: Get = (url, headers) => request(url, headers, key, options);
  if (choice.kind === 'listed') throw notAsked(`Hardshell does not know where ${choice.id} answers.`);
  if (choice.kind === 'custom') {
    const { hostname } = new URL(choice.baseUrl);
    if (options.target !== undefined && options.target.kind !== 'local' && isOwnMachine(hostname))
      throw notAsked(`${hostname} is another machine to the gateway than to this computer. The key was sent nowhere.`);
    const answer = await askOwn(choice, key, options.api ?? 'openai-completions', get);
    if (answer.status === 404 || answer.status === 405) {
      throw unreachable(answer, 'It has no list of models at this address.');
    }
    return readList(answer, openAiListSchema, ({ data }) => data.map(({ id }) => id));
  }
  switch (choice.provider) {
    case 'openrouter': {
      const answer = await get(`${apis.openrouter}/key`, bearer);
      const { data } = read(answer, keyInfoSchema);
      const left = data.limit_remaining ?? undefined;
      if (left !== undefined && left <= 0) {
        throw new AppError('provider.key-limit', { details: { limitUsd: data.limit ?? 0, leftUsd: left } });
      }
      const usage = data.usage;
      return {
        check: {
          tested: true,
          says: left === undefined ? 'The key works and has no limit.' : `The key works: $${left.toFixed(2)} are left.`,
          ...(usage === undefined ? {} : { usedUsd: usage }),
          ...(left === undefined ? {} : { leftUsd: left }),
        },
        models: [],
      };
    }
    case 'anthropic': {
      const answer = await get(`${apis.anthropic}/models?limit=1000`, anthropicHeaders(key));
      return readList(answer, openAiListSchema, ({ data }) => data.map(({ id }) => id));
    }
    case 'gemini': {
      const answer = await get(`${apis.gemini}/models?pageSize=1000`, { 'x-goog-api-key': key.reveal() });
      return readList(answer, geminiListSchema, ({ models = [] }) =>
        models.map(({ name }) => name.replace(/^models\//, '')),
      );
    }
    case 'openai':
      return readList(await get(`${apis.openai}/models`, bearer), openAiListSchema, ({ data }) =>
        data.map(({ id }) => id),
      );
  }
}

/** Who is asked in another's way refuses the best of keys. */
function askOwn(
  { id, baseUrl }: Extract<ProviderChoice, { kind: 'custom' }>,
  key: Secret,
  api: string,
  get: Get,
): Promise<Answer> {
  if (/^openai-(completions|responses)$/.test(api)) return get(`${baseUrl}/models`, bearerHeaders(key));
  // Such an address is written without /v1: Anthropic's client adds it (docs/gateway/config-tools/provider-examples.md).
  if (api === 'anthropic-messages') return get(`${baseUrl}/v1/models?limit=1000`, anthropicHeaders(key));
  throw notAsked(`${id} speaks ${api}, which Hardshell does not. The key was sent nowhere.`);
}

function bearerHeaders(key: Secret): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${key.reveal()}` };
}

function anthropicHeaders(key: Secret): Readonly<Record<string, string>> {
  return { 'x-api-key': key.reveal(), 'anthropic-version': '2023-06-01' };
}

function readList<T>(answer: Answer, schema: z.ZodType<T>, list: (body: T) => string[]): TriedKey {
  const models = list(read(answer, schema));
  const count = models.length;
  const says = count === 1 ? 'The key works, for one model.' : `The key works, for ${String(count)} models.`;
  return { check: { tested: true, says, models: count }, models };
}

function read<T>(answer: Answer, schema: z.ZodType<T>): T {
  const { status, body } = answer;
  if (status === 401) throw refused('provider.key-rejected', answer);
  if (status === 402) throw refused('provider.no-credit', answer);
  if (status === 403) throw refused('provider.key-limit', answer);
  if (status === 400 && /api key/i.test(sayReason(body))) throw refused('provider.key-rejected', answer);
  if (status === 429 && /quota|billing|credit/i.test(sayReason(body))) throw refused('provider.no-credit', answer);
  // Too many questions at once: whoever is told so has a key that is known.
  if (status < 200 || status > 299) throw unreachable(answer);
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw unreachable(answer, 'It answered, but not as such a provider does.');
  return parsed.data;
}

function refused(
  code: 'provider.key-rejected' | 'provider.no-credit' | 'provider.key-limit',
  answer: Answer,
): AppError {
  return new AppError(code, { details: { status: answer.status, reason: sayReason(answer.body) } });
}

function unreachable({ status, body }: Answer, because?: string): AppError {
  return new AppError('provider.unreachable', {
    ...(because === undefined ? {} : { message: `The model provider could not be asked: ${because}` }),
    details: { status, reason: sayReason(body) },
  });
}

function notAsked(because: string): AppError {
  return new AppError('provider.unreachable', {
    message: `The model provider could not be asked: ${because}`,
    hint: 'Keep the key without a test, then let the gateway ask the provider.',
  });
}

/** What every machine, and every container, calls itself or the machine that it is on. */
function isOwnMachine(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$|\.$/g, '');
  // ::ffff:7f… is how an address of IPv4 in one of IPv6 comes out of a URL
  if (isLoopback(host) || host.startsWith('::ffff:7f')) return true;
  return /^(0\.0\.0\.0|::|(.+\.)?localhost|(host|gateway)\.docker\.internal|host\.containers\.internal)$/.test(host);
}

/** The provider's own words, shortened: they may be a page. */
function sayReason(body: unknown): string {
  const { error } = errorSchema.safeParse(body).data ?? {};
  return ((typeof error === 'string' ? error : error?.message) ?? '').slice(0, 300);
}

async function request(
  url: string,
  headers: Readonly<Record<string, string>>,
  key: Secret,
  { signal, timeoutMs = TIMEOUT_MS }: KeyCheckOptions,
): Promise<Answer> {
  const deadline = AbortSignal.timeout(timeoutMs);
  const limit = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  let status = 0;
  try {
    // A key must not follow where an answer leads.
    const response = await fetch(url, { headers, signal: limit, redirect: 'manual' });
    status = response.status;
    return { status, body: JSON.parse(strike(await readText(response), key)) };
  } catch (error) {
    signal?.throwIfAborted();
    if (status !== 0 && !deadline.aborted) return { status, body: undefined };
    const cause = error instanceof Error ? (error.cause as { readonly code?: unknown } | undefined) : undefined;
    const reason = deadline.aborted
      ? 'no answer in time'
      : typeof cause?.code === 'string'
        ? cause.code
        : 'the connection failed';
    throw new AppError('provider.unreachable', { details: { host: new URL(url).host, reason } });
  }
}

/** Some providers quote the key that they do not accept. */
function strike(text: string, key: Secret): string {
  return text.replaceAll(key.reveal(), '…');
}

async function readText(response: Response): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.length;
    if (size > MAX_ANSWER_BYTES) throw new Error('too long');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

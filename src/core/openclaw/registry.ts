import semver from 'semver';
import { z } from 'zod';
import { AppError } from '../../shared/app-error.ts';

export const officialRegistry = 'https://registry.npmjs.org';

export interface PackageManifest {
  readonly name: string;
  readonly version: string;
  /** At the mirror where one is set: the machine that downloads may reach nothing else. */
  readonly tarballUrl: string;
  /** As npm writes it: `sha512-<base64>`. */
  readonly integrity: string;
  /** What the version says it runs on; absent: it says nothing. */
  readonly nodeRange?: string;
}

/** The npm registry, asked from this computer. Every question has a deadline. */
export interface Registry {
  /** @throws AppError `registry.unreachable`, `registry.no-such-version` */
  readManifest(name: string, versionOrTag: string, signal?: AbortSignal): Promise<PackageManifest>;
  /** Everything it may be installed as. @throws AppError as `readManifest` */
  readReleases(name: string, signal?: AbortSignal): Promise<Releases>;
}

/** What a package may be installed as. */
export interface Releases {
  /** `latest`, `beta`, … */
  readonly tags: Readonly<Record<string, string>>;
  /** In no order. */
  readonly versions: readonly string[];
}

export interface RegistryOptions {
  /** Base URL without a trailing slash. */
  readonly url: string;
  /** For one question with its retries. Default 20 s. */
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 20_000;
/** A registry behind a CDN drops a connection now and then; what fails three times in a row is down. */
const RETRY_AFTER_MS: readonly number[] = [200, 600];

const manifestSchema = z.object({
  name: z.string(),
  version: z.string(),
  engines: z.object({ node: z.string() }).optional().catch(undefined),
  dist: z.object({ tarball: z.url(), integrity: z.string().regex(/(^|\s)sha512-/) }),
});
const versionsSchema = z.object({
  'dist-tags': z.record(z.string(), z.string()).default({}),
  versions: z.record(z.string(), z.unknown()),
});

export function createRegistry(options: RegistryOptions): Registry {
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const ask = async <T>(path: string, schema: z.ZodType<T>, accept: string, signal?: AbortSignal): Promise<T> => {
    const deadline = AbortSignal.timeout(timeoutMs);
    const url = `${options.url}/${path}`;
    const limit = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
    const body = await fetchJson(url, accept, limit, signal);
    const answer = schema.safeParse(body);
    if (answer.success) return answer.data;
    throw new AppError('registry.unreachable', {
      message: 'The npm registry answered something else than a package.',
      details: { url: withoutLogin(url), reason: z.prettifyError(answer.error) },
    });
  };
  return {
    async readManifest(name, versionOrTag, signal) {
      const path = `${escapeName(name)}/${encodeURIComponent(versionOrTag)}`;
      const found = await ask(path, manifestSchema, 'application/json', signal);
      return {
        name: found.name,
        version: found.version,
        tarballUrl: rewriteTarballUrl(found.dist.tarball, options.url),
        integrity: found.dist.integrity,
        ...(found.engines === undefined ? {} : { nodeRange: found.engines.node }),
      };
    },
    async readReleases(name, signal) {
      const short = 'application/vnd.npm.install-v1+json, application/json;q=0.5';
      const found = await ask(escapeName(name), versionsSchema, short, signal);
      return { tags: found['dist-tags'], versions: Object.keys(found.versions) };
    },
  };
}

/** As npm's own `replace-registry-host`: a mirror may hand out addresses of the registry that it mirrors. Pure. */
export function rewriteTarballUrl(tarballUrl: string, registryUrl: string): string {
  const path = tarballUrl.replace(/^https?:\/\/registry\.npmjs\.org(?=\/)/, '');
  return path === tarballUrl ? tarballUrl : registryUrl + path;
}

/** The sha512 of an integrity field, as `sha512sum` prints it. Pure. */
export function integrityToHex(integrity: string): string {
  const base64 = /(?:^|\s)sha512-([A-Za-z0-9+/]{86}==)/.exec(integrity)?.[1];
  if (base64 === undefined) throw new TypeError('The integrity holds no sha512.');
  return Buffer.from(base64, 'base64').toString('hex');
}

/** `@scope/name` is one segment of the address. */
function escapeName(name: string): string {
  return name.replace('/', '%2f');
}

export function withoutLogin(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//');
}

/** fetch takes no login in an address, and repeats the address in its error. */
export function buildHeaders(url: string, accept: string): Record<string, string> {
  const { username, password } = new URL(url);
  if (username === '') return { accept };
  const login = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
  return { accept, authorization: `Basic ${login}` };
}

async function fetchJson(
  url: string,
  accept: string,
  limit: AbortSignal,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  for (let attempt = 0; ; attempt += 1) {
    const retryAfterMs = RETRY_AFTER_MS[attempt];
    let failure: { readonly reason: string; readonly cause?: unknown };
    try {
      const response = await fetch(withoutLogin(url), { headers: buildHeaders(url, accept), signal: limit });
      if (response.ok) return await response.json();
      await response.body?.cancel();
      if (response.status === 404) {
        throw new AppError('registry.no-such-version', { details: { url: withoutLogin(url) } });
      }
      failure = { reason: `HTTP ${String(response.status)}` };
      if (response.status < 500 && response.status !== 429) throw unreachable(url, failure);
    } catch (error) {
      if (error instanceof AppError) throw error;
      signal?.throwIfAborted();
      failure = { reason: describe(error), cause: error };
    }
    if (limit.aborted || retryAfterMs === undefined) throw unreachable(url, failure);
    await pause(retryAfterMs, limit);
    signal?.throwIfAborted();
  }
}

function unreachable(url: string, failure: { readonly reason: string; readonly cause?: unknown }): AppError {
  const { reason, cause } = failure;
  return new AppError('registry.unreachable', {
    details: { url: withoutLogin(url), reason },
    ...(cause === undefined ? {} : { cause }),
  });
}

/** fetch says "fetch failed" and keeps what happened as the cause. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause as { readonly code?: unknown; readonly message?: unknown } | undefined;
  return typeof cause?.code === 'string'
    ? cause.code
    : error.name === 'TimeoutError'
      ? 'no answer in time'
      : error.message;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}

/** The newest first; what its version calls a preview is left to the tags. Pure. */
export function listNewest(versions: readonly string[], count: number): string[] {
  return versions
    .filter((version) => semver.valid(version) !== null && semver.prerelease(version) === null)
    .sort(semver.rcompare)
    .slice(0, count);
}

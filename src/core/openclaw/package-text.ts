import { Readable } from 'node:stream';
import { Parser } from 'tar';
import { buildHeaders, withoutLogin } from './registry.ts';

/** What npm puts first lies within the first hundredth of OpenClaw's hundred megabytes; who packs in another order is not followed. */
const MAX_READ_BYTES = 3 * 1024 ** 2;
const TIMEOUT_MS = 20_000;

/**
 * One text file of a package, read from the registry only as far as needed. Undefined: it has none, or not near its beginning.
 * @param path below the package, as `CHANGELOG.md`
 * @param maxBytes of the file: what is longer is cut there
 * @throws what fetch throws, or an Error that says what the registry answered
 */
export async function readPackageText(
  tarballUrl: string,
  path: string,
  { maxBytes, signal }: { readonly maxBytes: number; readonly signal?: AbortSignal },
): Promise<string | undefined> {
  const enough = new AbortController();
  const limits = [enough.signal, AbortSignal.timeout(TIMEOUT_MS)];
  const limit = AbortSignal.any(signal === undefined ? limits : [...limits, signal]);
  const response = await fetch(withoutLogin(tarballUrl), {
    headers: buildHeaders(tarballUrl, 'application/octet-stream'),
    signal: limit,
  });
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw new Error(`HTTP ${String(response.status)}`);
  }
  const body = Readable.fromWeb(response.body);
  try {
    return await findEntry(body, `package/${path}`, maxBytes);
  } finally {
    // Most of it is not wanted: the connection ends here, and not when all of it has come.
    body.on('error', () => undefined).destroy();
    enough.abort();
  }
}

async function findEntry(body: Readable, wanted: string, maxBytes: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let found: 'no' | 'begun' | 'whole' = 'no';
  let damage: Error | undefined;
  const parser = new Parser({
    filter: (entryPath) => entryPath === wanted,
    onReadEntry(entry) {
      found = 'begun';
      entry.on('data', (chunk: Buffer) => {
        if (bytes < maxBytes) chunks.push(chunk.subarray(0, maxBytes - bytes));
        bytes += chunk.length;
      });
      entry.on('end', () => {
        found = 'whole';
      });
    },
  });
  parser.on('error', (error: Error) => {
    damage = error;
  });
  const state = (): typeof found => found;
  let readBytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    if (damage !== undefined) throw damage;
    // It takes what it is given; how much that is, is bounded here.
    parser.write(chunk);
    // Unpacking goes on beside this.
    await new Promise((resolve) => setImmediate(resolve));
    readBytes += chunk.length;
    if (state() === 'whole' || bytes >= maxBytes) break;
    if (readBytes > MAX_READ_BYTES && state() === 'no') return undefined;
  }
  if (damage !== undefined) throw damage;
  return state() === 'no' ? undefined : Buffer.concat(chunks).toString('utf8');
}

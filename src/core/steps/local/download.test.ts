import { createHash } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/app-error.ts';
import { download, type Download } from './download.ts';

const CONTENT = Buffer.alloc(300_000, 'abc');
const sha512 = (content: Buffer): string => createHash('sha512').update(content).digest('hex');

interface Site extends AsyncDisposable {
  readonly url: string;
  readonly requests: (string | undefined)[];
}

async function openSite(listener: RequestListener): Promise<Site> {
  const requests: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    requests.push(request.headers.authorization);
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/file`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Downloads into memory; says what the last attempt brought. */
async function fetchAll(url: string, change: Partial<Download> = {}): Promise<Buffer> {
  let parts: Buffer[] = [];
  await download({
    url,
    checksum: { algorithm: 'sha512', hex: sha512(CONTENT) },
    signal: new AbortController().signal,
    into: async (content, signal) => {
      parts = [];
      const sink = new Writable({
        write(chunk: Buffer, _encoding, next) {
          parts.push(chunk);
          next();
        },
      });
      await pipeline(content, sink, { signal });
    },
    ...change,
  });
  return Buffer.concat(parts);
}

describe('download', () => {
  it('brings the content, checks it, and tells how far it is', async () => {
    await using site = await openSite((_, response) =>
      response.writeHead(200, { 'content-length': CONTENT.length }).end(CONTENT),
    );
    const told: unknown[] = [];
    expect((await fetchAll(site.url, { onProgress: (done, total) => told.push([done, total]) })).equals(CONTENT)).toBe(
      true,
    );
    expect(told.at(-1)).toEqual([CONTENT.length, CONTENT.length]);
  });

  it('throws away what does not match, and does not try again', async () => {
    await using site = await openSite((_, response) => response.end(Buffer.concat([CONTENT, Buffer.from('!')])));
    await expect(fetchAll(site.url)).rejects.toMatchObject({ code: 'download.integrity' });
    expect(site.requests).toHaveLength(1);
  });

  it('tries again when the connection breaks in the middle', async () => {
    let count = 0;
    await using site = await openSite((_, response) => {
      count += 1;
      response.writeHead(200, { 'content-length': CONTENT.length });
      if (count > 1) response.end(CONTENT);
      else response.write(CONTENT.subarray(0, 1_000), () => response.destroy());
    });
    expect((await fetchAll(site.url)).equals(CONTENT)).toBe(true);
    expect(count).toBe(2);
  });

  it('says what the server answered, after three attempts', async () => {
    await using site = await openSite((_, response) => response.writeHead(503).end());
    await expect(fetchAll(site.url)).rejects.toMatchObject({
      code: 'download.failed',
      details: { reason: 'HTTP 503' },
    });
    expect(site.requests).toHaveLength(3);
  });

  it('signs in with the login of the address, and repeats it nowhere', async () => {
    await using site = await openSite((_, response) => response.writeHead(403).end());
    const url = site.url.replace('//', '//anna:open%20sesame@');
    const error = (await fetchAll(url).catch((thrown: unknown) => thrown)) as AppError;
    expect(error.code).toBe('download.failed');
    expect(JSON.stringify(error.toReport())).not.toMatch(/sesame|anna/);
    expect(site.requests, 'what is refused is not asked for again').toHaveLength(1);
    expect(site.requests[0]).toBe(`Basic ${Buffer.from('anna:open sesame').toString('base64')}`);
  });

  it('names a full disk', async () => {
    await using site = await openSite((_, response) => response.end(CONTENT));
    const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    await expect(fetchAll(site.url, { into: () => Promise.reject(full) })).rejects.toMatchObject({ code: 'disk.full' });
  });

  it('ends when it is told to', async () => {
    await using site = await openSite((_, response) => response.writeHead(200).write(CONTENT.subarray(0, 10)));
    const cancel = new AbortController();
    setTimeout(() => cancel.abort(new AppError('run.cancelled')), 50);
    await expect(fetchAll(site.url, { signal: cancel.signal })).rejects.toMatchObject({ code: 'run.cancelled' });
  });
});

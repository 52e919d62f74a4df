import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { randomBytes } from 'node:crypto';
import { Header } from 'tar';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRegistry } from '../openclaw/registry.ts';
import { MAX_PART_CHARACTERS, MAX_PARTS, parseChangelog, readChangelog } from './changelog.ts';

describe('parseChangelog', () => {
  it('finds the part of each version, whatever else stands in its heading', () => {
    const text =
      '# Changelog\n\nIntro.\n\n## [2026.9.6] - 2026-09-18\n\n- a\n\n### Fixes\n- b\n## v2026.9.5\nc\n## Credits\nd\n';
    expect(parseChangelog(text)).toEqual([
      { version: '2026.9.6', text: '- a\n\n### Fixes\n- b' },
      { version: '2026.9.5', text: 'c' },
    ]);
  });

  it('ends a long part at a line', () => {
    const [part] = parseChangelog(`## 2026.9.6\n${'a line of it\n'.repeat(10_000)}`);
    expect(part?.text.length).toBeLessThan(MAX_PART_CHARACTERS + 10);
    expect(part?.text).toMatch(/a line of it\n\n…$/);
  });
});

/** A package as npm packs it: what people read comes first, then what is large. */
function pack(files: Readonly<Record<string, string | Buffer>>): Buffer {
  const blocks = Object.entries(files).flatMap(([path, content]) => {
    const body = Buffer.from(content);
    const head = Buffer.alloc(512);
    const header = new Header({ path: `package/${path}`, size: body.length, mode: 0o644, type: 'File' });
    header.encode(head, 0);
    return [head, body, Buffer.alloc((512 - (body.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

describe('readChangelog', () => {
  let dir: string;
  let server: Server;
  let asked: string[];
  let sentBytes: number;
  let openResponses: number;
  let packages: Record<string, Buffer>;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'hardshell-changelog-'));
    [asked, sentBytes, openResponses, packages] = [[], 0, 0, {}];
    server = createServer((request, response) => {
      const url = request.url ?? '';
      asked.push(url);
      openResponses += 1;
      response.on('close', () => (openResponses -= 1));
      const version = /(\d+\.\d+\.\d+)/.exec(url)?.[1] ?? '';
      const tarball = packages[version];
      if (tarball === undefined) {
        response.writeHead(404).end();
        return;
      }
      if (url.endsWith('.tgz')) {
        // No more than is taken is sent.
        Readable.from(pieces(tarball)).pipe(response);
        return;
      }
      const { port } = server.address() as AddressInfo;
      response.end(
        JSON.stringify({
          name: 'openclaw',
          version,
          dist: {
            tarball: `http://127.0.0.1:${String(port)}/openclaw/-/openclaw-${version}.tgz`,
            integrity: 'sha512-x',
          },
        }),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await rm(dir, { recursive: true });
  });
  function* pieces(body: Buffer): Generator<Buffer> {
    for (let at = 0; at < body.length; at += 65_536) {
      sentBytes += 65_536;
      yield body.subarray(at, at + 65_536);
    }
  }
  const read = (versions: readonly string[]): ReturnType<typeof readChangelog> => {
    const { port } = server.address() as AddressInfo;
    return readChangelog(versions, { registry: createRegistry({ url: `http://127.0.0.1:${String(port)}` }), dir });
  };

  it('reads each version from its own package, newest first, and once', async () => {
    packages = {
      '2026.9.5': pack({ 'CHANGELOG.md': '## 2026.9.5\nolder' }),
      '2026.9.6': pack({ 'CHANGELOG.md': '# Changelog\n## 2026.9.6\nnewer' }),
    };
    const expected = [
      { version: '2026.9.6', text: 'newer' },
      { version: '2026.9.5', text: 'older' },
    ];
    expect(await read(['2026.9.5', '2026.9.6'])).toEqual(expected);
    expect(asked).toHaveLength(4);
    expect(await read(['2026.9.5', '2026.9.6'])).toEqual(expected);
    expect(asked).toHaveLength(4);
  });

  it('asks for nothing that a newer one tells as well', async () => {
    packages = { '2026.9.6': pack({ 'CHANGELOG.md': '## 2026.9.6\nnewer\n## 2026.9.5\nolder' }) };
    expect(await read(['2026.9.6', '2026.9.5'])).toHaveLength(2);
    expect(asked.some((url) => url.includes('2026.9.5'))).toBe(false);
  });

  it('reads no more of a package than it needs', async () => {
    const large = randomBytes(24 * 1024 * 1024);
    packages = { '2026.9.6': pack({ 'CHANGELOG.md': '## 2026.9.6\nnewer', 'dist/large.bin': large }) };
    expect(await read(['2026.9.6'])).toEqual([{ version: '2026.9.6', text: 'newer' }]);
    await expect.poll(() => openResponses).toBe(0);
    expect(sentBytes).toBeLessThan(large.length / 2);
  });

  it('says nothing of a version whose package has none, is damaged or is not there', async () => {
    packages = {
      '2026.9.3': pack({ 'README.md': 'x' }),
      '2026.9.4': Buffer.from('not a package'),
      '2026.9.5': pack({ 'CHANGELOG.md': '## 2026.9.5\nolder' }),
    };
    const found = await read(['2026.9.6', '2026.9.5', '2026.9.4', '2026.9.3']);
    expect(found).toEqual([{ version: '2026.9.5', text: 'older' }]);
  });

  it('reads a few, where there are many', async () => {
    const versions = Array.from({ length: 12 }, (_, index) => `2026.9.${String(index)}`);
    packages = Object.fromEntries(versions.map((one) => [one, pack({ 'CHANGELOG.md': `## ${one}\nx` })]));
    const found = await read(versions);
    expect(found.map(({ version }) => version)).toEqual(versions.toReversed().slice(0, MAX_PARTS));
  });
});

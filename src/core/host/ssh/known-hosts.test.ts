import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatFingerprint, parseHostKey, planHostKeyAlgorithms } from './host-key.ts';
import { formatKnownName, matchesKnownName, matchesPattern, parseKnownHosts } from './known-hosts.ts';
import { cpuMsOf } from '../../../../test/cpu-time.ts';

const ED = 'AAAAC3NzaC1lZDI1NTE5AAAAIOjZ4rJlC4tDDaWd3hDDhqlsgytE+ipriEjeW1gl0Lih';
const EC =
  'AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBPm0EGA/tiW/jeFSsu5xMZd4jAFY79eh93A1/7Sqe2zWsontbEGRVUF9btdLSpDS4R53ixYBielOvjoWvLMbxmo=';

describe('a known_hosts file', () => {
  it('is read line by line, and what is no key is passed over', () => {
    const text = [
      '# a comment',
      '',
      `one.example ssh-ed25519 ${ED} a comment`,
      `\ttwo.example,10.0.0.1\tecdsa-sha2-nistp256   ${EC}\r`,
      `@revoked * ssh-ed25519 ${ED}`,
      `@cert-authority *.example ssh-ed25519 ${ED}`,
      `@something * ssh-ed25519 ${ED}`,
      `three.example ssh-rsa ${ED}`,
      'four.example ssh-ed25519 nonsense',
      'five.example ssh-ed25519',
      '@revoked',
    ].join('\n');
    expect(parseKnownHosts(text, 'file')).toEqual([
      { marker: 'none', names: 'one.example', type: 'ssh-ed25519', blob: ED, where: 'file:3' },
      { marker: 'none', names: 'two.example,10.0.0.1', type: 'ecdsa-sha2-nistp256', blob: EC, where: 'file:4' },
      { marker: 'revoked', names: '*', type: 'ssh-ed25519', blob: ED, where: 'file:5' },
      { marker: 'cert-authority', names: '*.example', type: 'ssh-ed25519', blob: ED, where: 'file:6' },
    ]);
  });

  it('never throws, whatever is in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (text, name) => {
        for (const line of parseKnownHosts(text, 'f')) matchesKnownName(line, name);
        for (const line of parseKnownHosts(`${text} ssh-ed25519 ${ED}`, 'f')) matchesKnownName(line, name);
      }),
    );
  });

  it.each([
    ['one.example', 'one.example', true],
    ['ONE.example', 'one.EXAMPLE', true],
    ['one.example', 'one.example.org', false],
    ['*.example', 'a.b.example', true],
    ['*.example', '.example', true],
    ['*.example', 'example', false],
    ['h?st', 'host', true],
    ['h?st', 'hst', false],
    ['a,b,c', 'b', true],
    ['*,!secret', 'secret', false],
    ['!secret,*', 'secret', false],
    ['!secret', 'other', false],
    ['*.example,!*.secret.example', 'a.secret.example', false],
    ['[one.example]:2222', '[one.example]:2222', true],
    ['[one.example]:2222', 'one.example', false],
    ['one.example', '[one.example]:2222', false],
    ['[*]:2222', '[one.example]:2222', true],
    ['*', '[one.example]:2222', true],
  ])('%s and %s match: %s', (names, name, matches) => {
    expect(matchesKnownName({ names }, name)).toBe(matches);
  });

  it('no pattern takes long', () => {
    const match = (): void => expect(matchesPattern(`${'*a'.repeat(500)}b`, 'a'.repeat(20_000))).toBe(false);
    expect(cpuMsOf(match)).toBeLessThan(1_000);
  });

  it('knows a server by the name that OpenSSH writes', () => {
    expect(formatKnownName('One.Example', 22)).toBe('one.example');
    expect(formatKnownName('One.Example', 2222)).toBe('[one.example]:2222');
    expect(formatKnownName('2001:db8::1', 22)).toBe('2001:db8::1');
    expect(formatKnownName('2001:db8::1', 23)).toBe('[2001:db8::1]:23');
  });
});

describe('a host key', () => {
  it('says its own type', () => {
    expect(parseHostKey(Buffer.from(ED, 'base64'))).toEqual({ type: 'ssh-ed25519', blob: ED });
    expect(parseHostKey(Buffer.from([0, 0, 0]))).toBeUndefined();
    expect(parseHostKey(Buffer.from([0, 0, 0, 9, 1]))).toBeUndefined();
    expect(parseHostKey(Buffer.alloc(4))).toBeUndefined();
  });

  it('is asked for in the order of what is known', () => {
    expect(planHostKeyAlgorithms([])[0]).toBe('ssh-ed25519');
    expect(planHostKeyAlgorithms(['ssh-rsa']).slice(0, 3)).toEqual(['rsa-sha2-512', 'rsa-sha2-256', 'ssh-ed25519']);
    expect(planHostKeyAlgorithms(['ssh-rsa', 'ssh-dss'])).not.toContain('ssh-dss');
    // SHA-1 signatures prove nothing any more.
    expect(planHostKeyAlgorithms(['ssh-rsa'])).not.toContain('ssh-rsa');
    expect(planHostKeyAlgorithms(['ssh-rsa'], ['ssh-ed25519', 'ssh-rsa'])[0]).toBe('ecdsa-sha2-nistp256');
  });
});

describe.skipIf(spawnSync('ssh-keygen', ['-?']).error !== undefined)('as ssh-keygen sees it:', () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'hardshell-known-'));
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  /** The lines that ssh-keygen finds for a name. */
  function find(file: string, name: string): string[] {
    const found = spawnSync('ssh-keygen', ['-F', name, '-f', file], { encoding: 'utf8' });
    return [...found.stdout.matchAll(/found: line (\d+)/g)].map(([, line]) => `${file}:${line ?? ''}`);
  }

  const names = [
    'one.example',
    '[one.example]:2222',
    '10.0.0.1',
    '2001:db8::1',
    '[2001:db8::1]:23',
    'other',
    'deep.one.example',
  ];

  it('the same lines match, plain and hashed', () => {
    const file = join(dir, 'plain');
    const patterns = [
      'one.example',
      '*.example',
      '!one.example,*',
      '[one.example]:2222',
      '[*]:*',
      '10.0.0.?,!10.0.0.2',
      '2001:db8::1',
      '[2001:db8::1]:23',
      'ONE.example',
      '*',
    ];
    writeFileSync(file, patterns.map((pattern) => `${pattern} ssh-ed25519 ${ED}\n`).join(''));
    const hashed = join(dir, 'hashed');
    writeFileSync(hashed, names.map((name) => `${name} ssh-ed25519 ${ED}\n`).join(''));
    execFileSync('ssh-keygen', ['-H', '-f', hashed], { stdio: 'ignore' });
    expect(readFileSync(hashed, 'utf8')).toMatch(/^\|1\|/m);
    for (const path of [file, hashed]) {
      const lines = parseKnownHosts(readFileSync(path, 'utf8'), path);
      expect(lines).toHaveLength(path === file ? patterns.length : names.length);
      for (const name of names) {
        expect([name, lines.filter((line) => matchesKnownName(line, name)).map(({ where }) => where)]).toEqual([
          name,
          find(path, name),
        ]);
      }
    }
  });

  it('random patterns match the same names', { timeout: 30_000 }, () => {
    const letters = fc.constantFrom('a', 'b', '.', '*', '?', 'A');
    const pattern = fc.array(letters, { minLength: 1, maxLength: 6 }).map((all) => all.join(''));
    const field = fc
      .array(fc.tuple(fc.boolean(), pattern), { minLength: 1, maxLength: 3 })
      .map((all) => all.map(([negated, one]) => (negated ? `!${one}` : one)).join(','));
    const name = fc.array(fc.constantFrom('a', 'b', '.'), { minLength: 1, maxLength: 6 }).map((all) => all.join(''));
    fc.assert(
      fc.property(fc.array(field, { minLength: 20, maxLength: 40 }), name, (fields, wanted) => {
        const file = join(dir, 'random');
        writeFileSync(file, fields.map((one) => `${one} ssh-ed25519 ${ED}\n`).join(''));
        const ours = parseKnownHosts(readFileSync(file, 'utf8'), file).filter((line) => matchesKnownName(line, wanted));
        expect(ours.map(({ where }) => where)).toEqual(find(file, wanted));
      }),
      { numRuns: 20 },
    );
  });

  it('fingerprints are the same', () => {
    for (const [type, blob] of [
      ['ssh-ed25519', ED],
      ['ecdsa-sha2-nistp256', EC],
    ] as const) {
      const printed = execFileSync('ssh-keygen', ['-lf', '-'], { input: `${type} ${blob}\n`, encoding: 'utf8' });
      expect(printed.split(' ')[1]).toBe(formatFingerprint(blob));
    }
  });
});

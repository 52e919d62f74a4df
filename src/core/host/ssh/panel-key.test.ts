import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../shared/secret.ts';
import { fingerprintOf, formatLogin, generatePanelKey, offerPanelKey, readBlob } from './panel-key.ts';

const hasOpenSsh = spawnSync('ssh-keygen', ['-?']).error === undefined;

describe('the key of a panel', () => {
  it('signs what its public half confirms, each time it is made', () => {
    // One in 270 of the library's own does not: enough of them that such a one would show.
    for (let count = 0; count < 600; count += 1) {
      const { secret, line } = generatePanelKey('hardshell@lab');
      const [key, open] = [ssh2.utils.parseKey(secret.reveal()), ssh2.utils.parseKey(line)];
      if (key instanceof Error || open instanceof Error) throw new Error('It is no key.');
      const signed = key.sign(Buffer.from('said'));
      if (signed instanceof Error) throw signed;
      expect(open.verify(Buffer.from('said'), signed)).toBe(true);
      expect(Buffer.from(key.getPublicSSH()).toString('base64')).toBe(readBlob(line));
    }
  });

  it.skipIf(!hasOpenSsh)('is one for OpenSSH as well', () => {
    const dir = mkdtempSync(join(tmpdir(), 'hardshell-keys-'));
    try {
      const { secret, line } = generatePanelKey('hardshell@lab');
      const file = join(dir, 'key');
      writeFileSync(file, secret.reveal(), { mode: 0o600 });
      expect(spawnSync('ssh-keygen', ['-y', '-f', file], { encoding: 'utf8' }).stdout.trim()).toBe(line);
      const told = spawnSync('ssh-keygen', ['-l', '-f', file], { encoding: 'utf8' }).stdout;
      expect(told).toContain(fingerprintOf(line));
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });

  it('is offered under a name that tells nothing secret, and what is no key is refused', () => {
    const { secret, line } = generatePanelKey('hardshell@lab');
    expect(offerPanelKey(secret)).toMatchObject({
      from: 'file',
      label: `the key of this panel (${fingerprintOf(line)})`,
    });
    expect(() => offerPanelKey(new Secret('rubbish'))).toThrow(expect.objectContaining({ code: 'ssh-key.missing' }));
  });

  it('is kept under everything that makes a login', () => {
    expect(formatLogin({ user: 'anna', host: '203.0.113.7', port: 22 })).toBe('anna@203.0.113.7:22');
    expect(formatLogin({ user: 'anna', host: '2001:db8::1', port: 2222 })).toBe('anna@[2001:db8::1]:2222');
  });
});

import { describe, expect, it } from 'vitest';
import { formatFingerprint } from './host-key.ts';
import { buildHostKeyError, judgeHostKey, listKnownTypes } from './host-key-verdict.ts';
import { parseKnownHosts } from './known-hosts.ts';

const ED = 'AAAAC3NzaC1lZDI1NTE5AAAAIOjZ4rJlC4tDDaWd3hDDhqlsgytE+ipriEjeW1gl0Lih';
const OTHER_ED = 'AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
const EC =
  'AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBPm0EGA/tiW/jeFSsu5xMZd4jAFY79eh93A1/7Sqe2zWsontbEGRVUF9btdLSpDS4R53ixYBielOvjoWvLMbxmo=';

const key = { type: 'ssh-ed25519', blob: ED };
const names = { name: '[one.example]:2222', withoutPort: 'one.example', address: '[10.0.0.1]:2222' };
const verdict = (...lines: string[]) => judgeHostKey(key, names, parseKnownHosts(lines.join('\n'), 'file'));

describe('a host key is', () => {
  it('known where its name and port have it', () => {
    expect(verdict(`[one.example]:2222 ssh-ed25519 ${OTHER_ED}`, `[one.example]:2222 ssh-ed25519 ${ED}`)).toMatchObject(
      {
        is: 'known',
        line: { where: 'file:2' },
      },
    );
  });

  it('known where the name without its port has it, which is never the reason for “changed”', () => {
    expect(verdict(`one.example ssh-ed25519 ${ED}`)).toMatchObject({ is: 'known' });
    expect(verdict(`one.example ssh-ed25519 ${OTHER_ED}`)).toMatchObject({ is: 'unknown' });
    expect(verdict(`one.example ssh-ed25519 ${ED}`, `[one.example]:2222 ssh-ed25519 ${OTHER_ED}`)).toMatchObject({
      is: 'changed',
    });
  });

  it('changed where another one of its type is known', () => {
    expect(verdict(`[one.example]:2222 ssh-ed25519 ${OTHER_ED}`)).toMatchObject({
      is: 'changed',
      known: [{ where: 'file:1' }],
    });
    expect(verdict(`[*]:2222 ssh-ed25519 ${OTHER_ED}`)).toMatchObject({ is: 'changed' });
  });

  it('unknown where only other types, other names or nothing is known', () => {
    expect(verdict()).toEqual({ is: 'unknown', known: [], authority: [], elsewhere: [] });
    expect(verdict(`[one.example]:2222 ecdsa-sha2-nistp256 ${EC}`)).toMatchObject({
      is: 'unknown',
      known: [{ where: 'file:1' }],
    });
    expect(verdict(`two.example ssh-ed25519 ${ED}`)).toMatchObject({ is: 'unknown', elsewhere: [{ where: 'file:1' }] });
    // An address passes from one machine to the next.
    expect(verdict(`[10.0.0.1]:2222 ssh-ed25519 ${ED}`)).toMatchObject({ is: 'unknown' });
    expect(verdict(`[10.0.0.1]:2222 ssh-ed25519 ${OTHER_ED}`)).toMatchObject({ is: 'unknown' });
  });

  it('unknown where only a certificate authority is named, and the error says why', () => {
    const found = verdict(`@cert-authority [one.example]:2222 ssh-ed25519 ${ED}`);
    expect(found).toMatchObject({ is: 'unknown', authority: [{ where: 'file:1' }] });
    if (found.is === 'known') throw new Error('known');
    const error = buildHostKeyError(key, names, found);
    expect(error.code).toBe('host.key-unknown');
    expect(error.message).toContain('file:1 names a certificate authority');
    expect(verdict(`@cert-authority * ssh-ed25519 ${ED}`, `[one.example]:2222 ssh-ed25519 ${ED}`)).toMatchObject({
      is: 'known',
    });
  });

  it('revoked before anything else, by every name it has', () => {
    for (const pattern of ['*', '[one.example]:2222', 'one.example', '[10.0.0.1]:2222']) {
      expect(verdict(`[one.example]:2222 ssh-ed25519 ${ED}`, `@revoked ${pattern} ssh-ed25519 ${ED}`)).toMatchObject({
        is: 'revoked',
        line: { where: 'file:2' },
      });
    }
    expect(verdict(`@revoked two.example ssh-ed25519 ${ED}`)).toMatchObject({ is: 'unknown' });
    expect(verdict(`@revoked * ssh-ed25519 ${OTHER_ED}`)).toMatchObject({ is: 'unknown' });
  });
});

describe('the error of a host key', () => {
  it('names what was presented, what is known, and where', () => {
    const found = verdict(`[one.example]:2222 ssh-ed25519 ${OTHER_ED}`);
    if (found.is === 'known') throw new Error('known');
    const error = buildHostKeyError(key, names, found);
    expect(error).toMatchObject({
      code: 'host.key-changed',
      errorClass: 'refused',
      details: {
        host: '[one.example]:2222',
        type: 'ssh-ed25519',
        fingerprint: formatFingerprint(ED),
        known: [{ type: 'ssh-ed25519', fingerprint: formatFingerprint(OTHER_ED), where: 'file:1' }],
      },
    });
  });
});

describe('the types to ask for', () => {
  it('are those that are known, by the name without port where there are none with it', () => {
    const lines = parseKnownHosts(
      [
        `one.example ecdsa-sha2-nistp256 ${EC}`,
        `@revoked one.example ssh-ed25519 ${ED}`,
        `@cert-authority * ssh-ed25519 ${ED}`,
      ].join('\n'),
      'file',
    );
    expect(listKnownTypes(names, lines)).toEqual(['ecdsa-sha2-nistp256']);
    const more = parseKnownHosts(`[one.example]:2222 ssh-ed25519 ${ED}`, 'file');
    expect(listKnownTypes(names, [...lines, ...more])).toEqual(['ssh-ed25519']);
    expect(listKnownTypes({ name: 'two.example' }, lines)).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { findLoginField } from './login-error.ts';

const server = { kind: 'ssh' as const, host: 'server', jumps: [] };
const error = (code: string) => ({ code, message: '', retry: false });

describe('findLoginField', () => {
  it.each([
    ['host.auth-failed', 'sshPassword'],
    ['host.identity-unusable', 'keyPassphrase'],
    ['host.sudo-password', 'sudoPassword'],
    ['host.unreachable', undefined],
    ['host.key-changed', undefined],
  ])('%s asks for %s', (code, field) => {
    expect(findLoginField(error(code), server)).toBe(field);
  });

  it('asks for nothing on this computer, or without an error', () => {
    expect(findLoginField(error('host.auth-failed'), { kind: 'local' })).toBeUndefined();
    expect(findLoginField(undefined, server)).toBeUndefined();
  });
});

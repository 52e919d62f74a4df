import { describe, expect, it } from 'vitest';
import { query } from '../host/command.ts';
import type { ExecResult } from '../host/exec.ts';
import { buildSignInUrl, parseDashboard } from './sign-in.ts';

const answer = (stdout: string, code = 0): ExecResult => ({ command: query(['openclaw', 'dashboard', '--json']), code, signal: null, stdout, stderr: '', truncated: false });

// As 2026.9.6 answers, its tokens replaced.
const real = JSON.stringify({
  ok: true,
  url: 'http://127.0.0.1:18902/#token=GATEWAY',
  httpUrl: 'http://127.0.0.1:18902/',
  wsUrl: 'ws://127.0.0.1:18902',
  port: 18902,
  tokenIncluded: true,
  browserUrl: 'http://127.0.0.1:18902/#bootstrapToken=a%2Bb-43&bootstrapProfile=owner&gatewayUrl=ws%3A%2F%2F127.0.0.1%3A18902',
  browserBootstrapExpiresAtMs: 1795187178297,
});

describe('the sign-in address', () => {
  it('holds the token for one use, at the origin that the person can reach, and nothing else', () => {
    const dashboard = parseDashboard(answer(`a plugin says hello\n${real}\n`));
    expect(dashboard.expiresAt).toBe('2026-11-20T15:06:18.297Z');
    expect(buildSignInUrl(dashboard, 'http://127.0.0.1:4000').reveal()).toBe('http://127.0.0.1:4000/#bootstrapToken=a%2Bb-43&bootstrapProfile=owner');
  });

  it('is never the address with the gateway token', () => {
    const without = JSON.stringify({ ok: true, url: 'http://127.0.0.1:1/#token=GATEWAY', browserUrl: 'http://127.0.0.1:1/#token=GATEWAY' });
    expect(() => parseDashboard(answer(without))).toThrow(expect.objectContaining({ code: 'gateway.unreachable' }) as Error);
  });

  it('says why there is none, and never repeats what was printed', () => {
    expect(() => parseDashboard(answer('{"ok":false,"reason":"gateway not ready"}', 1))).toThrow(expect.objectContaining({ code: 'gateway.unreachable', details: { reason: 'gateway not ready' } }) as Error);
    try {
      parseDashboard(answer('#token=GATEWAY', 1));
      expect.unreachable();
    } catch (error) {
      expect(JSON.stringify(error)).not.toContain('GATEWAY');
    }
  });
});

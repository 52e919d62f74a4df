import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/app-error.ts';
import { buildSignInUrl, parseDashboard } from './sign-in.ts';

/** Answers of openclaw 2026.9.6. */
const BOOTSTRAP = '7UcNrAw7N9-OS469qUXHp4YIn-7tsLeJqYH-1MD9_EY';
const ready = `{"ok":true,"url":"http://127.0.0.1:28790/#token=GATEWAYTOKEN","httpUrl":"http://127.0.0.1:28790/","wsUrl":"ws://127.0.0.1:28790","port":28790,"tokenIncluded":true,"browserUrl":"http://127.0.0.1:28790/#bootstrapToken=${BOOTSTRAP}&bootstrapProfile=owner&gatewayUrl=ws%3A%2F%2F127.0.0.1%3A28790","browserBootstrapExpiresAtMs":1795231062454}\n`;
const down = '{"ok":false,"reason":"Gateway is not running."}\n';

function refusal(work: () => unknown): AppError {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error('It was accepted.');
}

describe('the sign-in address', () => {
  it('leads to this end of the forward, and to nothing else', () => {
    const handOff = parseDashboard({ code: 0, stdout: `[plugins] {loaded}\n${ready}` });
    expect(handOff.expiresAt).toBe('2026-11-21T03:17:42.454Z');
    expect(buildSignInUrl(handOff, 'http://127.0.0.1:40123').reveal()).toBe(
      `http://127.0.0.1:40123/#bootstrapToken=${BOOTSTRAP}&bootstrapProfile=owner`,
    );
    expect(JSON.stringify(handOff)).not.toContain(BOOTSTRAP);
  });

  it('is not there while the gateway is not', () => {
    const error = refusal(() => parseDashboard({ code: 1, stdout: down }));
    expect(error).toMatchObject({ code: 'gateway.unreachable', details: { reason: 'Gateway is not running.' } });
  });

  it.each([
    ['nothing', ''],
    ['an answer without a hand-off', ready.replace(/#bootstrapToken[^"]*/, '')],
    ['half an answer', ready.slice(0, 200)],
  ])('is not made of %s, and nothing of that is repeated', (_name, stdout) => {
    const error = refusal(() => parseDashboard({ code: 1, stdout }));
    expect(error.code).toBe('command.failed');
    expect(JSON.stringify(error.toReport())).not.toMatch(/GATEWAYTOKEN|7UcNrAw7/);
  });
});

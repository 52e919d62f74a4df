import { describe, expect, it } from 'vitest';
import { formatDuration, parseHealth } from './health.ts';

/** openclaw 2026.9.6, shortened. */
const plain = {
  ok: true,
  ts: 1795227584156,
  plugins: { loaded: ['anthropic', 'openai'], errors: [], unavailable: [] },
  configReload: { hotReloadStatus: 'active' },
  channels: {},
  sessions: { count: 0 },
  modelRuntime: { degraded: false, pendingAgents: [] },
};
const telegram = {
  accountId: 'default',
  enabled: true,
  lifecycle: 'starting',
  mode: 'polling',
  configured: true,
  running: true,
  connected: false,
  lastError: null,
  accounts: { default: {} },
};
const say = (payload: object): string => parseHealth({ ...plain, ...payload }, '2026.9.6', 3 * 3_600_000).summary;

describe('parseHealth', () => {
  it('says it in words', () => {
    expect(parseHealth(plain, '2026.9.6', undefined)).toEqual({
      ok: true,
      version: '2026.9.6',
      summary: 'OpenClaw 2026.9.6',
    });
    expect(parseHealth(plain, '2026.9.6', 61_000)).toMatchObject({
      uptimeMs: 61_000,
      summary: 'OpenClaw 2026.9.6, up for 1 min',
    });
  });

  it.each([
    [{}, 'telegram connecting'],
    [{ connected: true, lifecycle: 'running' }, 'telegram connected'],
    [{ lifecycle: 'stopped', running: false }, 'telegram not connected'],
    [{ lastError: '409: another poller' }, 'telegram fails (409: another poller)'],
  ])('a channel that says %j', (state, words) => {
    expect(say({ channels: { telegram: { ...telegram, ...state } } })).toBe(`OpenClaw 2026.9.6, up for 3 h, ${words}`);
  });

  it('leaves out a channel that nobody uses', () => {
    expect(say({ channels: { telegram: { ...telegram, enabled: false } } })).toBe('OpenClaw 2026.9.6, up for 3 h');
  });

  it('names what is wrong', () => {
    expect(
      say({
        plugins: { errors: [{ id: 'x' }] },
        configReload: { hotReloadStatus: 'disabled' },
        modelRuntime: { degraded: true },
      }),
    ).toBe(
      'OpenClaw 2026.9.6, up for 3 h, one plugin failed, it does not follow changes of openclaw.json, its models are degraded',
    );
  });

  it('does not guess', () => {
    expect(() => parseHealth({ status: 'fine' }, '2026.9.6', 1)).toThrow(
      expect.objectContaining({ code: 'gateway.rpc' }) as Error,
    );
  });
});

describe('formatDuration', () => {
  it.each([
    [999, '0 s'],
    [61_000, '1 min'],
    [26 * 3_600_000, '26 h'],
    [49 * 3_600_000, '2 d'],
  ])('%i ms', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

import { expect, it } from 'vitest';
import { anInstance } from '../../../test/cli/samples.ts';
import { AppError } from '../../shared/app-error.ts';
import type { InstanceStatus } from '../api-link.ts';
import type { GatewayHealth } from '../openclaw/health.ts';
import { Secret } from '../../shared/secret.ts';
import { isYoungAt, readGatewayStatus, type GatewayLook } from './gateway-look.ts';

const NOW_MS = Date.UTC(2026, 10, 21, 12);
const MINUTE_MS = 60_000;

it.each([
  ['was started a minute ago', -MINUTE_MS, true],
  ['was started an hour ago', -60 * MINUTE_MS, false],
  ['was started by a clock that is a little ahead', MINUTE_MS, true],
  ['was started by a clock that is an hour ahead', 60 * MINUTE_MS, false],
])('whether a gateway that %s need not answer yet', (_how, byMs, isYoung) => {
  expect(isYoungAt(NOW_MS + byMs, NOW_MS)).toBe(isYoung);
});

it('nothing is young of which nobody knows when it began', () => {
  expect(isYoungAt(undefined, NOW_MS)).toBe(false);
});

const runs: GatewayLook = { down: undefined, version: '2026.9.5', isYoung: false };
const token = (): Promise<Secret> => Promise.resolve(new Secret('a-token'));
const well = (): Promise<GatewayHealth> =>
  Promise.resolve({ ok: true, version: '2026.9.6', uptimeMs: 5000, summary: 'OpenClaw 2026.9.6, up for 5 s' });
const silent = (): Promise<never> => Promise.reject(new AppError('gateway.unreachable'));
const read = (
  look: Partial<GatewayLook>,
  ask: () => Promise<GatewayHealth> = well,
  readToken: () => Promise<Secret | undefined> = token,
): Promise<InstanceStatus> => readGatewayStatus(anInstance(), { ...runs, ...look }, { readToken, ask });

it('a gateway that answers says itself what runs', async () => {
  expect(await read({})).toMatchObject({ state: 'running', version: '2026.9.6', uptimeMs: 5000 });
  const crash = { because: 'it ran out of its memory', error: new AppError('container.oom') };
  expect((await read({ crash })).because).toBe('OpenClaw 2026.9.6, up for 5 s; it ran out of its memory');
});

it('one of which the machine says that it does not run is not asked', async () => {
  const status = await read({ down: { state: 'stopped', because: 'the service is stopped' } }, silent);
  expect(status).toMatchObject({ state: 'stopped', version: '2026.9.5' });
  expect(status).not.toHaveProperty('error');
});

it('one that is silent is starting while it is young, and unreachable afterwards', async () => {
  expect(await read({ isYoung: true }, silent)).toMatchObject({ state: 'starting' });
  expect(await read({}, silent)).toMatchObject({ state: 'unreachable', error: { code: 'gateway.unreachable' } });
});

it('without a token there is a status as well, also where the store of secrets fails', async () => {
  const missing = await read({}, well, () => Promise.resolve(undefined));
  expect(missing).toMatchObject({ state: 'unreachable', error: { code: 'secrets.missing' } });
  const locked = await read({}, well, () => Promise.reject(new AppError('secrets.locked')));
  expect(locked).toMatchObject({ state: 'unreachable', error: { code: 'secrets.locked' } });
});

it('a question that was taken back has no status', async () => {
  const signal = AbortSignal.abort(new Error('taken back'));
  await expect(readGatewayStatus(anInstance(), runs, { readToken: token, ask: silent, signal })).rejects.toThrow(
    'taken back',
  );
});

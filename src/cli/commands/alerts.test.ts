import { describe, expect, it } from 'vitest';
import { anAlert } from '../../../test/cli/fake-alerts.ts';
import { parseLines, runFake, startFake } from '../../../test/cli/run-fake.ts';
import { AppError } from '../../shared/app-error.ts';

const SECRETS = JSON.stringify({ telegramToken: '12345678:AAAAAAAAAAAAAAAAAAAAAAAAA' });

describe('alerts', () => {
  it('shows what is wrong now, and what was', async () => {
    const over = anAlert({
      kind: 'disk',
      level: 'warn',
      because: 'The disk is 93 % full.',
      clearedAt: '2026-09-20T11:45:00.000Z',
    });
    const { code, io } = await runFake(['alerts'], { script: { alerts: [anAlert(), over] } });
    expect(code).toBe(0);
    expect(io.written.out).toMatch(/research +Gateway down .*The gateway does not answer\./);
    expect(io.written.out).toMatch(/Disk nearly full .*for 15 min/);
  });

  it('--now leaves out what is over, and it is said who was told', async () => {
    const over = anAlert({ kind: 'disk', clearedAt: '2026-09-20T11:45:00.000Z' });
    const told = anAlert({ told: { fired: ['telegram', 'webhook'], cleared: [] } });
    const { io } = await runFake(['alerts', '--now'], { script: { alerts: [told, over] } });
    expect(io.written.out).toMatch(/Gateway down .*telegram, webhook/);
    expect(io.written.out).not.toContain('Disk');
  });

  it('says so where there are none, and refuses an unknown name', async () => {
    expect((await runFake(['alerts'])).io.written.out).toContain('No alerts.');
    expect((await runFake(['alerts', 'nobody'])).code).not.toBe(0);
  });

  it('answers with records', async () => {
    const { io } = await runFake(['alerts', 'research', '--json'], { script: { alerts: [anAlert()] } });
    expect(parseLines(io)).toMatchObject([{ type: 'result', ok: true, alerts: [{ kind: 'gateway-down' }] }]);
  });
});

describe('alerts-policy', () => {
  it('changes what is named and keeps the rest', async () => {
    const { code, core } = await runFake(
      [
        'alerts-policy',
        '--telegram',
        '42',
        '--quiet',
        '22-7',
        '--off',
        'update',
        '--spend-cap',
        '20',
        '--secrets-stdin',
        '--yes',
      ],
      { script: { alertPolicy: { desktop: true, off: ['memory'] } }, input: SECRETS },
    );
    expect(code).toBe(0);
    expect(core.calls.find(([name]) => name === 'alerts.set')?.[1]).toMatchObject({
      policy: {
        desktop: true,
        telegram: { chat: '42' },
        quiet: { from: 22, to: 7, tellDown: false },
        off: ['memory', 'update'],
        spendCapUsd: 20,
      },
      secrets: ['telegramToken'],
    });
  });

  it.each([
    ['--quiet', '22'],
    ['--webhook', 'pigeon'],
    ['--telegram', 'my chat'],
    ['--disk', '20'],
    ['--spend-cap', '0'],
    ['--off', 'rain'],
    ['--quiet', '7-7'],
    ['--tell-down', 'on'],
  ])('refuses %s %s', async (...words) => {
    const { code, core } = await runFake(['alerts-policy', ...words, '--yes']);
    expect(code).toBe(2);
    expect(core.calls.map(([name]) => name)).not.toContain('alerts.set');
  });

  it('wants an answer or --yes', async () => {
    expect((await runFake(['alerts-policy', '--desktop', 'on', '--json'])).code).toBe(2);
  });
});

it('alerts-test fails where a channel does', async () => {
  const policy = { telegram: { chat: '42' } };
  expect((await runFake(['alerts-test'], { script: { alertPolicy: policy } })).code).toBe(0);
  const failing = await runFake(['alerts-test', '--json'], {
    script: { alertPolicy: policy, alertFailure: new AppError('telegram.unreachable') },
  });
  expect(failing.code).toBe(1);
  expect(parseLines(failing.io)).toMatchObject([{ ok: false, alertTests: [{ channel: 'telegram', problem: {} }] }]);
  expect((await runFake(['alerts-test'])).code).toBe(3);
});

describe('watch', () => {
  it('watches until Ctrl-C, and ends what it began', async () => {
    const run = startFake(['watch', '--json']);
    await run.io.waitFor('watching');
    run.io.interrupt('SIGINT');
    expect(await run.ended).toBe(0);
    expect(run.core.calls).toContainEqual(['alerts.watch', { always: true }]);
    expect(run.core.calls).toContainEqual(['alerts.watch.end']);
  });

  it.each([
    ['--install', 'running'],
    ['--uninstall', 'absent'],
    ['--status', 'absent'],
  ])('%s tells how the service is', async (option, state) => {
    const { code, io } = await runFake(['watch', option, '--json']);
    expect(code).toBe(0);
    expect(parseLines(io)).toMatchObject([{ watchService: { state } }]);
  });

  it('does one thing at a time, and says what cannot be', async () => {
    expect((await runFake(['watch', '--install', '--status'])).code).toBe(2);
    expect((await runFake(['watch', '--install'], { script: { watchService: 'unsupported' } })).code).toBe(3);
  });
});

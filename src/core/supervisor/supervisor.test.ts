import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/app-error.ts';
import { GatewayLab, until, untilGone, untilState } from '../../../test/supervisor/gateway-lab.ts';
import { isPidUsed, readProcessIdentity } from '../system/process-identity.ts';
import { fingerprint } from './definition.ts';
import { readProcessRecord } from './gateway-process.ts';
import type { SupervisorEvent } from './protocol.ts';
import { defaultTimings } from './supervisor.ts';

const fast = { firstPauseMs: 10, longestPauseMs: 40, healthyAfterMs: 60_000, crashLimit: 4 };
const SECRET = 'a7f3c9d1e5b24860a7f3c9d1e5b24860';

describe('a gateway', { timeout: 30_000 }, () => {
  it('is started in a group of its own with a clean environment, and stopped', async () => {
    await using lab = await GatewayLab.open();
    const one = await lab.define(1, {});
    const client = await lab.superviseHere({ env: { ...process.env, MY_API_KEY: SECRET } });
    await client.call('put', { definition: one });
    expect(await client.call('status', { gateway: one.id })).toMatchObject({ state: 'stopped', wanted: 'stopped' });
    const started = await client.call('start', { gateway: one.id });
    expect(started).toMatchObject({
      state: 'running',
      wanted: 'running',
      running: fingerprint(one),
      defined: fingerprint(one),
    });
    await until('it runs', async () => (await lab.log(one)).includes('ready'));
    const pid = started.pid ?? 0;
    const [start] = await lab.starts(one);
    expect(start?.pid).toBe(pid);
    const record = await readProcessRecord(lab.layout.processFile(one.id));
    expect(record).toEqual({ role: 'gateway', hash: fingerprint(one), identity: await readProcessIdentity(pid) });
    const environment = await readFile(join(one.cwd, 'env.gateway'), 'utf8');
    expect(environment).not.toContain(SECRET);
    expect(JSON.parse(environment)).toMatchObject({ FAKE_DIR: one.cwd });
    expect((await stat(one.logFile)).mode & 0o777).toBe(0o600);

    expect(await client.call('stop', { gateway: one.id })).toMatchObject({ state: 'stopped', wanted: 'stopped' });
    expect(isPidUsed(pid)).toBe(false);
    expect(await readProcessRecord(lab.layout.processFile(one.id))).toBeUndefined();
    expect(await lab.starts(one, 'sigterm')).toHaveLength(1);
    await client.call('remove', { gateway: one.id });
    expect(await client.call('list', {})).toEqual([]);
  });

  it('is started again after a pause, and given up with the reason when it goes on ending', async () => {
    await using lab = await GatewayLab.open();
    const one = await lab.define(2, { exit: 3 });
    const client = await lab.superviseHere({ policy: fast });
    await client.call('put', { definition: one });
    await client.call('start', { gateway: one.id });
    const status = await untilState(client, one.id, 'failed');
    expect(status.because).toBe('it ended 4 times in a row, the last time: it ended with exit code 3');
    expect(await lab.starts(one)).toHaveLength(4);
    expect(await lab.log(one)).toContain('[hardshell] given up: it ended 4 times in a row');

    await lab.behave(one, {});
    await client.call('start', { gateway: one.id });
    await until('it runs again', async () => (await lab.starts(one)).length === 5);
    expect(await client.call('status', { gateway: one.id })).toMatchObject({ state: 'running', crashes: 0 });
  });

  it('that somebody asks for does not wait for the end of its pause', async () => {
    await using lab = await GatewayLab.open();
    const one = await lab.define(3, { exit: 3 });
    const client = await lab.superviseHere({ policy: { ...fast, firstPauseMs: 60_000, longestPauseMs: 60_000 } });
    await client.call('put', { definition: one });
    await client.call('start', { gateway: one.id });
    await untilState(client, one.id, 'waiting');
    await lab.behave(one, {});
    expect(await client.call('start', { gateway: one.id })).toMatchObject({ state: 'running' });
    await until('it runs', async () => (await lab.starts(one)).length === 2);
  });

  it('that refuses its configuration is repaired once, with the difference in its log and no secret', async () => {
    await using lab = await GatewayLab.open();
    const config = { gateway: { bind: 'lan', auth: { token: 'b'.repeat(32) } } };
    const one = await lab.define(4, { exit: 78, doctor: { config, then: {} } });
    await writeFile(one.configFile, `{ gateway: { bind: 'lan', nonsense: true, auth: { token: '${SECRET}' } } }`);
    const client = await lab.superviseHere({ policy: fast });
    await client.call('put', { definition: one });
    await client.call('start', { gateway: one.id });
    await until('it runs', async () => (await lab.starts(one)).length === 2);
    expect(await lab.starts(one, 'doctor')).toHaveLength(1);
    const log = await lab.log(one);
    expect(log).toContain('openclaw doctor --fix: it ended with exit code 0; openclaw.json has changed:');
    expect(log).toContain('- gateway.nonsense (was true)');
    expect(log).toContain('~ gateway.auth.token = [redacted] (was [redacted])');
    expect(log).not.toContain(SECRET);
  });

  it('that refuses its configuration also after the repair is stopped with the reason', async () => {
    await using lab = await GatewayLab.open();
    const one = await lab.define(5, { exit: 78 });
    const client = await lab.superviseHere({ policy: fast });
    await client.call('put', { definition: one });
    await client.call('start', { gateway: one.id });
    const status = await untilState(client, one.id, 'failed');
    expect(status).toMatchObject({
      exitCode: 78,
      because: expect.stringContaining('it refused its configuration (exit code 78), also after') as string,
    });
    expect(await lab.starts(one)).toHaveLength(2);
    expect(await lab.starts(one, 'doctor')).toHaveLength(1);
  });

  it('that does not listen is ended with its children, at once where somebody is impatient', async () => {
    await using lab = await GatewayLab.open();
    const one = await lab.define(6, { ignoresTerm: true, child: true });
    const client = await lab.superviseHere({ timings: { ...defaultTimings, stopGraceMs: 60_000 } });
    await client.call('put', { definition: one });
    const { pid = 0 } = await client.call('start', { gateway: one.id });
    const child = Number(
      await until('it has a child', () => readFile(join(one.cwd, 'child'), 'utf8').catch(() => undefined)),
    );
    const patient = client.call('stop', { gateway: one.id });
    await untilState(client, one.id, 'stopping');
    await sleep(100);
    expect(isPidUsed(pid)).toBe(true);
    await client.call('stop', { gateway: one.id, force: true });
    expect(await patient).toMatchObject({ state: 'stopped' });
    await untilGone(pid);
    await untilGone(child);
  });

  it('whose program is missing says so', async () => {
    await using lab = await GatewayLab.open();
    const one = { ...(await lab.define(7, {})), entry: join(lab.dataDir, 'nowhere.mjs') };
    const client = await lab.superviseHere({ policy: fast });
    await client.call('put', { definition: one });
    await client.call('start', { gateway: one.id });
    expect((await untilState(client, one.id, 'failed')).because).toContain('nowhere.mjs');
  });

  it('writes a log that stays bounded, and keeps the lines that are written meanwhile', async () => {
    await using lab = await GatewayLab.open();
    const one = await lab.define(8, { writesEveryMs: 1 });
    const client = await lab.superviseHere({ timings: { ...defaultTimings, rotateEveryMs: 20, maxLogBytes: 500 } });
    await client.call('put', { definition: one });
    await client.call('start', { gateway: one.id });
    await until(
      'it was set aside twice',
      async () => (await stat(`${one.logFile}.2`).catch(() => undefined)) !== undefined,
    );
    await client.call('stop', { gateway: one.id });
    const parts = await Promise.all(
      [2, 1, 0].map((age) => readFile(age === 0 ? one.logFile : `${one.logFile}.${age}`, 'utf8')),
    );
    const ticks = parts
      .join('')
      .split('\n')
      .flatMap((line) => /^tick (\d+)$/.exec(line)?.[1] ?? [])
      .map(Number);
    expect(ticks.length).toBeGreaterThan(10);
    const lost = ticks.filter((tick, n) => n > 0 && tick !== (ticks[n - 1] ?? 0) + 1);
    expect(lost.length, 'one line in the moment of a cut, with luck against us').toBeLessThanOrEqual(1);
  });
});

describe('a supervisor', { timeout: 30_000 }, () => {
  it('is one a data folder, however many are started at once', async () => {
    await using lab = await GatewayLab.open();
    const outcomes = [lab.supervise(), lab.supervise(), lab.supervise()];
    const client = await lab.connect();
    await client.call('ping', {});
    const early = await Promise.race([Promise.all(outcomes), sleep(500, 'one lives' as const)]);
    expect(early).toBe('one lives');
    await client.call('shutdown', { gateways: 'leave' });
    expect((await Promise.all(outcomes)).sort()).toEqual(['already-running', 'already-running', 'told-to']);
  });

  it('can be reached by its own account alone, and leaves nothing when it ends', async () => {
    await using lab = await GatewayLab.open();
    const client = await lab.superviseHere();
    expect((await stat(lab.layout.socketPath)).mode & 0o777).toBe(0o600);
    expect((await stat(lab.layout.dir)).mode & 0o777).toBe(0o700);
    expect((await stat(lab.layout.recordFile)).mode & 0o777).toBe(0o600);
    await client.call('shutdown', { gateways: 'stop' });
    await client.closed;
    await until('its files are gone', async () => {
      const left = await Promise.all(
        [lab.layout.socketPath, lab.layout.recordFile, lab.layout.lockFile].map((path) =>
          stat(path).catch(() => 'gone'),
        ),
      );
      return left.every((one) => one === 'gone');
    });
  });

  it('ends by itself when nothing is wanted and nobody is there, not before', async () => {
    await using lab = await GatewayLab.open();
    const one = await lab.define(9, {});
    const outcome = lab.supervise({ timings: { ...defaultTimings, idleEndMs: 150 } });
    const client = await lab.connect(outcome);
    await client.call('put', { definition: one });
    await sleep(300);
    await client.call('start', { gateway: one.id });
    await client[Symbol.asyncDispose]();
    expect(await Promise.race([outcome, sleep(400, 'lives' as const)])).toBe('lives');
    const again = await lab.connect(outcome);
    await again.call('stop', { gateway: one.id });
    await again[Symbol.asyncDispose]();
    expect(await outcome).toBe('idle');
  });

  it('tells of every change, beginning with how everything is', async () => {
    await using lab = await GatewayLab.open();
    const one = await lab.define(10, {});
    const client = await lab.superviseHere();
    await client.call('put', { definition: one });
    await using watcher = await lab.connect();
    const told: SupervisorEvent[] = [];
    await watcher.watch((event) => told.push(event));
    await client.call('start', { gateway: one.id });
    await client.call('remove', { gateway: one.id });
    await until('the removal is told', () => Promise.resolve(told.at(-1)?.type === 'gateway.removed'));
    expect(told.map(({ type, gateway }) => `${type} ${gateway.state}`)).toEqual([
      'gateway.changed stopped',
      'gateway.changed running',
      'gateway.changed stopping',
      'gateway.changed stopped',
      'gateway.removed stopped',
    ]);
  });

  it('answers what it cannot do with an error, and cuts off who does not speak its language', async () => {
    await using lab = await GatewayLab.open();
    const client = await lab.superviseHere();
    await expect(client.call('start', { gateway: (await lab.define(11, {})).id })).rejects.toMatchObject({
      code: 'instance.unknown',
    });
    await expect(client.call('stop', { gateway: '../../etc' })).rejects.toMatchObject({ code: 'usage.invalid' });
    const stranger = connect(lab.layout.socketPath);
    stranger.write('GET / HTTP/1.1\r\n\r\n');
    await new Promise((resolve) => stranger.once('close', resolve));
    await expect(client.call('list', {})).resolves.toEqual([]);
  });

  it('whose connection breaks lets the waiting caller know', async () => {
    await using lab = await GatewayLab.open();
    const one = await lab.define(12, { ignoresTerm: true });
    const stop = new AbortController();
    const outcome = lab.supervise({}, stop);
    const client = await lab.connect(outcome);
    await client.call('put', { definition: one });
    await client.call('start', { gateway: one.id });
    await until('it listens', async () => (await lab.log(one)).includes('ready'));
    const waiting = client.call('stop', { gateway: one.id });
    await untilState(client, one.id, 'stopping');
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'supervisor.unreachable' });
    expect(await outcome).toBe('aborted');
  });

  it('lets a caller go whose signal aborts', async () => {
    await using lab = await GatewayLab.open();
    const one = await lab.define(13, { drainMs: 300 });
    const client = await lab.superviseHere();
    await client.call('put', { definition: one });
    await client.call('start', { gateway: one.id });
    await until('it listens', async () => (await lab.log(one)).includes('ready'));
    const cancel = new AbortController();
    const waiting = client.call('stop', { gateway: one.id }, { signal: cancel.signal });
    cancel.abort(new AppError('run.cancelled'));
    await expect(waiting).rejects.toMatchObject({ code: 'run.cancelled' });
    await untilState(client, one.id, 'stopped');
  });

  it('sets a record aside that it cannot read, and looks after the others', async () => {
    await using lab = await GatewayLab.open();
    await mkdir(lab.layout.gatewaysDir, { recursive: true });
    await writeFile(join(lab.layout.gatewaysDir, 'i-00000000000000aa.json'), '{"v":1,');
    const client = await lab.superviseHere();
    expect(await client.call('list', {})).toEqual([]);
  });
});

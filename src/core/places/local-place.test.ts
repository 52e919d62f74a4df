import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Deployed } from '../../../test/lab/test-core.ts';
import { fakeVersion, openFakeSupplies, type FakeSupplies } from '../../../test/supervisor/fake-supplies.ts';
import { GatewayLab, until, untilGone } from '../../../test/supervisor/gateway-lab.ts';
import { openLocalHome } from '../../../test/supervisor/local-home.ts';
import type { AppError } from '../../shared/app-error.ts';
import { PREFERRED_NODE } from '../openclaw/node-release.ts';
import { isProcessAlive, readProcessIdentity } from '../system/process-identity.ts';

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'done';
  } catch (error) {
    return (error as AppError).code;
  }
};
const unsatisfied = ({ events }: Deployed): unknown[] =>
  events.filter((event) => event.type === 'step.checked' && event.check.is !== 'satisfied');

// With small stand-ins for Node.js, npm and OpenClaw: what they do is theirs, the order and the safety of it is ours.
describe.skipIf(process.platform === 'win32')('this computer', { timeout: 60_000 }, () => {
  let supplies: FakeSupplies;
  beforeAll(async () => {
    supplies = await openFakeSupplies();
  });
  afterAll(() => supplies[Symbol.asyncDispose]());

  it('is deployed to, found as it is, controlled, and cleared', async () => {
    await using home = await openLocalHome(supplies);
    const preview = await home.preview();
    expect(preview.steps.map(({ id }) => id)).toEqual([
      'folder',
      'node',
      'download',
      'token',
      'openclaw',
      'config',
      'service',
      'gateway',
    ]);
    expect(preview.findings.filter(({ level }) => level === 'refuse')).toEqual([]);
    expect(await readdir(home.dataDir).catch(() => [])).not.toContain('runtime');
    await home.core.deployments.discard(preview.id);

    const first = await home.deploy();
    expect(first.run).toMatchObject({ status: 'succeeded', stats: { slowCalls: 1 } });
    const layout = await home.layout();
    for (const [path, mode] of [
      [layout.dir, 0o700],
      [layout.stateDir, 0o700],
      [layout.configFile, 0o600],
      [layout.logFile, 0o600],
    ] as const) {
      expect((await stat(path)).mode & 0o777, path).toBe(mode);
    }
    expect((await readdir(layout.dir)).sort()).toEqual(['cache', 'logs', 'prefix', 'state']);
    expect(await readdir(layout.runtimeDir)).toEqual([`node-${PREFERRED_NODE}`]);
    expect(await readdir(layout.nodeDir)).toEqual(['bin', 'lib']);

    const again = await home.deploy();
    expect(unsatisfied(again)).toEqual([]);
    expect(again.run.stats).toMatchObject({ changes: 0, slowCalls: 0 });
    expect(again.run.stats?.roundTrips).toBeLessThanOrEqual(6);

    const { instances } = home.core;
    expect(await instances.status('home')).toMatchObject({ state: 'running', version: fakeVersion });
    await instances.stop('home');
    expect(await instances.status('home')).toMatchObject({ state: 'stopped', because: 'it was stopped' });
    await instances.start('home');
    await instances.restart('home');
    expect(await instances.status('home')).toMatchObject({ state: 'running' });
    const logs = await instances.logs('home', { follow: false, lines: 1, sources: ['gateway'] });
    expect(JSON.parse((await logs.toArray()).join(''))).toMatchObject({ source: 'gateway', text: '[gateway] ready' });
    const all = await text(await instances.logs('home', { follow: false, lines: 1_000 }));
    for (const source of ['gateway', 'service', 'installer', 'audit']) expect(all).toContain(`"source":"${source}"`);

    await home.remove({ purge: false });
    expect((await readdir(layout.dir)).sort()).toEqual(['kept.json', 'state']);
    expect(await readdir(home.dataDir)).not.toContain('runtime');
    expect(await instances.list()).toEqual([]);
  });

  it('takes up the state that a removal has kept, with its token, and deletes it only when told to', async () => {
    await using home = await openLocalHome(supplies);
    await home.deploy();
    const { id, port } = await home.instance();
    const layout = await home.layout();
    const token = (JSON.parse(await readFile(layout.configFile, 'utf8')) as { gateway: { auth: { token: string } } })
      .gateway.auth.token;
    await home.remove({ purge: false });

    const second = await home.deploy();
    expect(second.run.status).toBe('succeeded');
    expect(await home.instance()).toMatchObject({ id, port });
    expect(await readFile(layout.configFile, 'utf8')).toContain(token);
    expect((await readdir(layout.dir)).sort()).toEqual(['cache', 'logs', 'prefix', 'state']);

    const purge = await home.remove({ purge: true });
    expect(purge.steps.at(-1)?.check).toMatchObject({ is: 'needed', severity: 'data-loss' });

    expect(await readdir(join(home.dataDir, 'instances'))).not.toContain(id);
  });

  it('holds several instances, each with a port of its own, one Node.js for all of them', async () => {
    await using home = await openLocalHome(supplies);
    await home.deploy();
    await home.deploy({ name: 'Büro & Co' });
    const [one, other] = [await home.instance('home'), await home.instance('Büro & Co')];
    expect(one.port).not.toBe(other.port);
    await home.remove({ purge: true });
    const layout = await home.layout('Büro & Co');
    expect(await readdir(layout.runtimeDir)).toEqual([`node-${PREFERRED_NODE}`]);
    expect(await home.core.instances.status('Büro & Co')).toMatchObject({ state: 'running' });
    expect(unsatisfied(await home.deploy({ name: 'Büro & Co' }))).toEqual([]);
  });

  it('is changed by one run at a time: the second is refused and told who works', async () => {
    await using home = await openLocalHome(supplies);
    const [one, other] = await Promise.all(['home', 'other'].map((name) => home.preview({ name })));
    const results = await Promise.allSettled(
      [one, other].map((preview) => home.core.deployments.start(preview?.id ?? '')),
    );
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as AppError] : []));
    expect(refused).toHaveLength(1);
    expect(refused[0]).toMatchObject({ code: 'lease.held', details: { who: 'tester@lab' } });
    expect(await readdir(join(home.dataDir, 'lease'))).not.toContain('lease.json');
  });

  it('keeps a port that is held by another program from being fought for', async () => {
    await using home = await openLocalHome(supplies);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      expect(await codeOf(home.deploy({ port }))).toBe('preflight.port-busy');
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
    expect(await codeOf(home.deploy({ port }))).toBe('done');
    expect((await home.instance()).port).toBe(port);
  });

  it('moves out of the way of another program as long as it was never deployed to its end', async () => {
    await using home = await openLocalHome(supplies);
    const preview = await home.preview();
    const cancel = new AbortController();
    const running = home.core.deployments.start(preview.id, {
      signal: cancel.signal,
      onEvent: ({ type }) => type === 'step.started' && cancel.abort(),
    });
    expect(await codeOf(running)).toBe('run.cancelled');
    const { id, port } = await home.instance();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    try {
      expect(await codeOf(home.deploy())).toBe('done');
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
    const moved = await home.instance();
    expect(moved.id).toBe(id);
    expect(moved.port).not.toBe(port);
  });

  it('moves a running gateway to another port by a restart that was shown', async () => {
    await using home = await openLocalHome(supplies);
    await home.deploy();
    const { port } = await home.instance();
    const preview = await home.preview({ port: port + 500 });
    expect(preview.steps.find(({ id }) => id === 'service')?.check).toMatchObject({
      is: 'needed',
      severity: 'restart',
    });
    await home.core.deployments.start(preview.id);
    expect(await home.core.instances.status('home')).toMatchObject({
      state: 'running',
      instance: { port: port + 500 },
    });
  });

  it('leaves a configuration that OpenClaw rejects as it is, also one that cannot be read', async () => {
    await using home = await openLocalHome(supplies);
    await home.deploy();
    const { configFile } = await home.layout();
    const good = await readFile(configFile, 'utf8');
    const config = JSON.parse(good) as { gateway: Record<string, unknown>; telemetry: unknown };
    const bad = JSON.stringify({
      ...config,
      telemetry: { enabled: true },
      gateway: { ...config.gateway, nonsense: true },
    });
    await writeFile(configFile, bad);
    expect(await codeOf(home.deploy())).toBe('config.rejected');
    expect(await readFile(configFile, 'utf8')).toBe(bad);
    await writeFile(configFile, '{ gateway: ');
    expect(await codeOf(home.deploy())).toBe('config.unreadable');
    expect(await readFile(configFile, 'utf8')).toBe('{ gateway: ');
    await writeFile(configFile, good);
    expect(await codeOf(home.deploy())).toBe('done');
    const { stateDir } = await home.layout();
    expect((await readdir(stateDir)).filter((name) => name.startsWith('.hardshell'))).toEqual([]);
  });

  it('follows a token that somebody has changed', async () => {
    await using home = await openLocalHome(supplies);
    await home.deploy();
    const { configFile } = await home.layout();
    const config = JSON.parse(await readFile(configFile, 'utf8')) as { gateway: { auth: { token: string } } };
    config.gateway.auth.token = 'f'.repeat(64);
    await writeFile(configFile, JSON.stringify(config));
    await home.core.instances.restart('home');
    const changed = await home.deploy();
    expect(unsatisfied(changed)).toMatchObject([{ stepId: 'token' }]);
    expect(await home.core.instances.status('home')).toMatchObject({ state: 'running' });
  });

  it('says what fails: a download that is something else, a registry that is gone, a gateway that gives up', async () => {
    const broken = await openFakeSupplies();
    await using home = await openLocalHome(broken);
    broken.corrupt('openclaw');
    expect(await codeOf(home.deploy())).toBe('download.integrity');
    expect(await readdir(join(home.dataDir, 'runtime'))).not.toContain(`openclaw-${fakeVersion}.fetched`);
    const preview = await home.preview();
    await broken[Symbol.asyncDispose]();
    expect(await codeOf(home.core.deployments.start(preview.id))).toMatch(/^(registry.unreachable|download.failed)$/);
    expect(await codeOf(home.deploy())).toMatch(/^(registry.unreachable|preflight.network)$/);
    expect(await readdir(join(home.dataDir, 'lease'))).not.toContain('lease.json');
  });

  it('wakes what should run at the next look, after everything was lost', async () => {
    await using home = await openLocalHome(supplies);
    await home.deploy();
    const lab = new GatewayLab(home.dataDir);
    const client = await lab.connect();
    const gateway = await readProcessIdentity((await client.call('list', {}))[0]?.pid ?? 0);
    await lab.killSupervisor(client);
    process.kill(gateway?.pid ?? 0, 'SIGKILL');
    await untilGone(gateway?.pid ?? 0);
    await home.core.instances.status('home');
    await until('it runs again', async () => (await home.core.instances.status('home')).state === 'running');
    expect(gateway !== undefined && (await isProcessAlive(gateway))).toBe(false);
    expect(unsatisfied(await home.deploy())).toEqual([]);
  });
});

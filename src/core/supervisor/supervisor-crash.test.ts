import { mkdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { GatewayLab, until, untilGone, untilState } from '../../../test/supervisor/gateway-lab.ts';
import { isPidUsed, readProcessIdentity } from '../system/process-identity.ts';
import { connectSupervisor } from './client.ts';
import { fingerprint } from './definition.ts';
import { ensureSupervisor } from './ensure-supervisor.ts';
import { openGatewayRecords } from './supervisor.ts';

// Every case starts processes, some of them several: half a second each, on a busy machine several.
describe('a supervisor of its own process', { timeout: 60_000 }, () => {
  it('is started by a door, in a session of its own, and outlives it', async () => {
    await using lab = await GatewayLab.open();
    const client = await lab.ensure();
    const { process: identity } = await client.call('ping', {});
    expect(identity).toEqual(await readProcessIdentity(identity.pid));
    const fields = (await readFile(`/proc/${String(identity.pid)}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
    expect({ session: Number(fields[3]), terminal: Number(fields[4]) }).toEqual({ session: identity.pid, terminal: 0 });
    await client[Symbol.asyncDispose]();
    await sleep(100);
    await using again = await lab.ensure();
    expect((await again.call('ping', {})).process).toEqual(identity);
  });

  it('survives once when two doors start one at the same time', async () => {
    await using lab = await GatewayLab.open();
    const clients = await Promise.all([lab.ensure(), lab.ensure(), lab.ensure()]);
    const pids = new Set(
      (await Promise.all(clients.map((client) => client.call('ping', {})))).map(({ process: { pid } }) => pid),
    );
    expect(pids.size).toBe(1);
    await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()));
  });

  it('survives once when many are started at the same time', async () => {
    await using lab = await GatewayLab.open();
    const children = lab.race(5);
    const client = await lab.connect();
    const { process: identity } = await client.call('ping', {});
    await until('all others are gone', () =>
      Promise.resolve(children.filter(({ exitCode }) => exitCode === 0).length === 4),
    );
    expect(children.find(({ exitCode }) => exitCode === null)?.pid).toBe(identity.pid);
  });

  it('that is killed leaves its gateways running, and the next one adopts them', async () => {
    await using lab = await GatewayLab.open();
    const one = await lab.define(1, { writesEveryMs: 20 });
    const client = await lab.ensure();
    await client.call('put', { definition: one });
    const { pid = 0 } = await client.call('start', { gateway: one.id });
    await lab.killSupervisor(client);
    const before = (await lab.log(one)).length;
    await until('the gateway goes on', async () => (await lab.log(one)).length > before);

    await using next = await lab.ensure();
    expect(await next.call('status', { gateway: one.id })).toMatchObject({
      state: 'running',
      pid,
      running: fingerprint(one),
      because: 'it was found running',
    });
    expect(await lab.starts(one)).toHaveLength(1);
    expect(await next.call('stop', { gateway: one.id })).toMatchObject({ state: 'stopped' });
    expect(isPidUsed(pid) && (await readProcessIdentity(pid)) !== undefined).toBe(false);
  });

  it('starts an adopted gateway again when that ends', async () => {
    await using lab = await GatewayLab.open();
    const one = await lab.define(2, {});
    const client = await lab.ensure();
    await client.call('put', { definition: one });
    const { pid = 0 } = await client.call('start', { gateway: one.id });
    await lab.killSupervisor(client);
    await using next = await lab.ensure();
    await untilState(next, one.id, 'running');
    process.kill(pid, 'SIGKILL');
    await until('it was started again', async () => (await lab.starts(one)).length === 2);
    expect((await untilState(next, one.id, 'running')).pid).not.toBe(pid);
    expect(await lab.log(one)).toContain('it ended while nobody was watching how; it is started again in 1 s');
  });

  it('starts what should run when everything was lost, and nothing that was stopped', async () => {
    await using lab = await GatewayLab.open();
    const [runs, stopped] = [await lab.define(3, {}), await lab.define(4, {})];
    const client = await lab.ensure();
    for (const definition of [runs, stopped]) {
      await client.call('put', { definition });
      await client.call('start', { gateway: definition.id });
      await until('it runs', async () => (await lab.starts(definition)).length === 1);
    }
    await client.call('stop', { gateway: stopped.id });
    const { pid = 0 } = (await client.call('status', { gateway: runs.id })) ?? {};
    await lab.killSupervisor(client);
    process.kill(pid, 'SIGKILL');
    await untilGone(pid);

    await using next = await lab.ensure();
    await until('it runs again', async () => (await lab.starts(runs)).length === 2);
    expect(await next.call('status', { gateway: stopped.id })).toMatchObject({ state: 'stopped' });
  });

  it('sees through the stop that its predecessor had begun', async () => {
    await using lab = await GatewayLab.open();
    const one = await lab.define(5, { drainMs: 700 });
    const client = await lab.ensure();
    await client.call('put', { definition: one });
    const { pid = 0 } = await client.call('start', { gateway: one.id });
    await until('it listens', async () => (await lab.log(one)).includes('ready'));
    const stopping = client.call('stop', { gateway: one.id }).catch(() => undefined);
    await untilState(client, one.id, 'stopping');
    await lab.killSupervisor(client);
    await stopping;
    await using next = await lab.ensure();
    await untilState(next, one.id, 'stopped');
    expect(await readProcessIdentity(pid)).toBeUndefined();
  });

  it('waits for the repair that its predecessor had begun, instead of starting a second one', async () => {
    await using lab = await GatewayLab.open();
    const one = await lab.define(6, { exit: 78, doctor: { takesMs: 4_000, then: {} } });
    const client = await lab.ensure();
    await client.call('put', { definition: one });
    await client.call('start', { gateway: one.id });
    await untilState(client, one.id, 'repairing');
    await lab.killSupervisor(client);
    await using next = await lab.ensure();
    await untilState(next, one.id, 'repairing');
    await untilState(next, one.id, 'running');
    await until('it runs', async () => (await lab.starts(one)).length === 2);
    expect(await lab.starts(one, 'doctor')).toHaveLength(1);
  });

  it('ends at SIGTERM and leaves its gateways to the next one', async () => {
    await using lab = await GatewayLab.open();
    const one = await lab.define(7, {});
    const client = await lab.ensure();
    await client.call('put', { definition: one });
    const { pid = 0 } = await client.call('start', { gateway: one.id });
    const { process: identity } = await client.call('ping', {});
    process.kill(identity.pid, 'SIGTERM');
    await untilGone(identity.pid);
    expect(await connectSupervisor(lab.layout)).toBeUndefined();
    expect(await readProcessIdentity(pid)).toBeDefined();
    await using next = await lab.ensure();
    expect(await next.call('status', { gateway: one.id })).toMatchObject({ state: 'running', pid });
  });

  it('told to stop everything ends the gateways and remembers that they are wanted', async () => {
    await using lab = await GatewayLab.open();
    const one = await lab.define(8, {});
    const client = await lab.ensure();
    await client.call('put', { definition: one });
    const { pid = 0 } = await client.call('start', { gateway: one.id });
    await client.call('shutdown', { gateways: 'stop' });
    expect(await readProcessIdentity(pid)).toBeUndefined();
    const records = await openGatewayRecords(lab.layout, () => undefined).list();
    expect(records).toMatchObject([{ wanted: 'running' }]);
    await client.closed;
    await using next = await lab.ensure();
    await untilState(next, one.id, 'running');
  });

  it('that cannot live is reported with the last lines of its log', async () => {
    await using lab = await GatewayLab.open();
    const door = {
      ...lab.door(),
      supervisorCommand: [process.execPath, '-e', 'console.error("no way"); process.exit(1)'] as const,
    };
    await expect(ensureSupervisor(door)).rejects.toMatchObject({
      code: 'supervisor.unreachable',
      details: { reason: 'it ended right after its start', lastLines: expect.arrayContaining(['no way']) as string[] },
    });
  });

  it('listens in a private folder where the data folder has too long a path for a socket', async () => {
    await using lab = await GatewayLab.open();
    const dataDir = join(lab.dataDir, 'x'.repeat(120));
    await mkdir(dataDir);
    await using deep = new GatewayLab(dataDir);
    expect(deep.layout.socketPath.startsWith(tmpdir())).toBe(true);
    const client = await deep.ensure();
    expect((await stat(dirname(deep.layout.socketPath))).mode & 0o777).toBe(0o700);
    await client.call('shutdown', { gateways: 'leave' });
    await client.closed;
    await until(
      'the folder is gone',
      async () => (await stat(dirname(deep.layout.socketPath)).catch(() => 'gone')) === 'gone',
    );
  });
});

import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPortFree } from '../../src/core/facts/local-computer.ts';
import { watchArgumentsHere } from '../lab/argument-watch.ts';
import type { Ended } from '../lab/person.ts';
import { takesAllCases } from '../lab/seed.ts';
import { until, untilGone } from '../supervisor/gateway-lab.ts';
import {
  findOwnProcesses,
  localName,
  openLocalPerson,
  watchComputer,
  type LocalPerson,
} from '../supervisor/local-person.ts';

const steps = ['folder', 'node', 'download', 'token', 'openclaw', 'config', 'service', 'gateway'];
const planned = (ended: Ended): unknown[] =>
  ended.lines.flatMap((line) => (line.type === 'run.started' ? line.steps.map(({ id }) => id) : []));
const unsatisfied = (ended: Ended): unknown[] =>
  ended.lines.filter((line) => line.type === 'step.checked' && line.check.is !== 'satisfied');

// One story, told in order: every case goes on where the one before has ended.
describe.skipIf(process.platform !== 'linux')('OpenClaw on this computer', () => {
  let local: LocalPerson;
  let dir = '';
  let port = 0;
  let token = '';
  beforeAll(async () => {
    local = await openLocalPerson();
  });
  afterAll(async () => {
    await local[Symbol.asyncDispose]();
  });

  it('is shown before anything changes', async () => {
    const shown = await local.deploy(['--dry-run']);
    expect(shown.error).toBeUndefined();
    expect(shown.code).toBe(0);
    expect(await readdir(local.person.dataDir).catch(() => [])).not.toContain('runtime');
    expect(await local.supervisor()).toBeUndefined();
  });

  it('is deployed by one command, and no secret is in a command line', async () => {
    await using watch = watchComputer(local.person.dataDir);
    await using argumentWatch = watchArgumentsHere();
    const done = await local.deploy();
    const commandLines = await argumentWatch.finish();
    expect(done.error).toBeUndefined();
    expect(done.code).toBe(0);
    expect(planned(done)).toEqual(steps);
    dir = await local.instanceDir();
    const config = JSON.parse(await readFile(join(dir, 'state', 'openclaw.json'), 'utf8')) as {
      gateway: { port: number; bind: string; auth: { token: string } };
    };
    ({ port } = config.gateway);
    ({ token } = config.gateway.auth);
    expect(config.gateway.bind).toBe('loopback');
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    expect(watch.samples).toBeGreaterThan(20);
    expect(watch.mostInstalls).toBe(1);
    expect(commandLines.filter((line) => line.includes(local.person.dataDir))).not.toEqual([]);
    expect(commandLines.filter((line) => line.includes(token))).toEqual([]);
    expect(await local.gateways()).toHaveLength(1);
  });

  it('is there already the second time: nothing changes, no slow call, at most six journeys', async () => {
    const again = await local.deploy();
    expect(again.error).toBeUndefined();
    expect(unsatisfied(again)).toEqual([]);
    expect(again.result).toMatchObject({ ok: true, stats: { changes: 0, slowCalls: 0 } });
    const stats = again.lines.findLast((line) => line.type === 'run.succeeded')?.stats;
    expect(stats?.roundTrips).toBeLessThanOrEqual(6);
  });

  it('keeps its secrets where only OpenClaw and the vault look', async () => {
    const holders: string[] = [];
    for (const file of await listFiles(local.person.dataDir)) {
      if (file.includes('/prefix/') || file.includes('/runtime/') || file.includes('/cache/')) continue;
      if ((await readFile(file)).includes(token)) holders.push(file);
      // What OpenClaw makes inside its own closed folder is its own affair.
      if (!file.includes('/state/')) expect((await stat(file)).mode & 0o077, file).toBe(0);
    }
    expect(holders.filter((file) => !file.startsWith(join(dir, 'state')))).toEqual([]);
    expect(holders).toContain(join(dir, 'state', 'openclaw.json'));
    const [gateway] = await local.gateways();
    const environment = await readFile(`/proc/${String(gateway)}/environ`, 'utf8');
    expect(environment).not.toContain('sk-of-the-shell');
    expect(environment).toContain('OPENCLAW_NO_RESPAWN=1');
    expect(environment).not.toContain('OPENCLAW_SKIP_CHANNELS');
  });

  it('outlives a supervisor that is killed, and the next command finds it', async () => {
    const [before] = await local.gateways();
    await local.killSupervisor();
    expect(await local.gateways()).toEqual([before]);
    const status = await local.person.run(['status', localName, '--json']);
    expect(status.result).toMatchObject({ ok: true, status: { state: 'running' } });
    expect(await local.gateways()).toEqual([before]);
    const again = await local.deploy();
    expect(again.result).toMatchObject({ ok: true, stats: { changes: 0, slowCalls: 0 } });
  });

  it('runs again after everything was lost, by the next command', async () => {
    await local.lose();
    expect(await local.gateways()).toEqual([]);
    const status = await local.person.run(['status', localName, '--json']);
    expect(status.result).toMatchObject({ ok: true });
    await until('a gateway runs', async () => (await local.gateways()).length === 1);
    await until(
      'it answers',
      async () => {
        const { result } = await local.person.run(['status', localName, '--json']);
        return (result as { status?: { state?: string } } | undefined)?.status?.state === 'running';
      },
      5 * 60_000,
    );
  });

  it('is stopped and started, and its commands run in its own surroundings', async () => {
    expect((await local.person.run(['stop', localName])).code).toBe(0);
    expect(await local.gateways()).toEqual([]);
    expect(await readPortFree(port)).toBe(true);
    const stopped = await local.person.run(['status', localName, '--json']);
    expect(stopped.result).toMatchObject({ status: { state: 'stopped' } });
    // A supervisor that is started now leaves alone what was stopped.
    await local.killSupervisor();
    expect((await local.person.run(['start', localName])).code).toBe(0);
    expect(await local.gateways()).toHaveLength(1);
    const said = await local.person.run(['exec', localName, '--', 'openclaw', 'config', 'get', 'gateway.port']);
    expect(said.stdout.trim()).toBe(String(port));
    const logs = await local.person.run(['logs', localName, '--lines', '50']);
    expect(logs.stdout).toContain('[gateway] ready');
  });

  it('is suspended: neither a command nor a supervisor starts it, until it is resumed', async () => {
    const suspended = await local.person.run(['suspend', localName, '--because', 'it writes to everybody', '--yes']);
    expect(suspended.code).toBe(0);
    expect(await local.gateways()).toEqual([]);
    const refused = await local.person.run(['start', localName, '--json']);
    expect(refused.error).toMatchObject({ code: 'instance.suspended' });
    await local.killSupervisor();
    const status = await local.person.run(['status', localName, '--json']);
    expect(status.result).toMatchObject({ status: { state: 'suspended', because: 'it writes to everybody' } });
    expect(await local.supervisor()).toBeUndefined();
    const deploying = await local.deploy();
    expect(deploying.error).toMatchObject({ code: 'instance.suspended' });
    expect(await local.gateways()).toEqual([]);
    // Killed in the middle of its work, its state is as good as before.
    expect((await local.person.run(['resume', localName, '--yes'])).code).toBe(0);
    expect(await local.gateways()).toHaveLength(1);
    const again = await local.deploy();
    expect(again.result).toMatchObject({ ok: true, stats: { changes: 0 } });
  });

  if (takesAllCases)
    it('is repaired once when it refuses its configuration, with the difference in its log', async () => {
      expect((await local.person.run(['stop', localName])).code).toBe(0);
      const file = join(dir, 'state', 'openclaw.json');
      const config = JSON.parse(await readFile(file, 'utf8')) as { gateway: Record<string, unknown> };
      await writeFile(file, JSON.stringify({ ...config, gateway: { ...config.gateway, nonsense: true } }));
      const started = await local.person.run(['start', localName]);
      expect(started.code).toBe(0);
      const log = await readFile(join(dir, 'logs', 'gateway.log'), 'utf8');
      expect(log).toContain('[hardshell] it refused its configuration (exit code 78)');
      expect(log).toContain('gateway.nonsense (was true)');
      expect(log).not.toContain(token);
    });

  it('is removed with everything but its state, and nothing goes on', async () => {
    const [gateway = 0] = await local.gateways();
    const supervisor = await local.supervisor();
    const removed = await local.person.run(['remove', localName, '--yes', '--json']);
    expect(removed.error).toBeUndefined();
    expect(removed.code).toBe(0);
    await untilGone(gateway);
    await untilGone(supervisor?.pid ?? 0);
    expect(await readPortFree(port)).toBe(true);
    expect(await findOwnProcesses(local.person.dataDir)).toEqual([]);
    expect((await readdir(dir)).sort()).toEqual(['kept.json', 'state']);
    expect(await readdir(local.person.dataDir)).not.toContain('runtime');
    expect((await readdir(join(local.person.dataDir, 'supervisor'))).sort()).toEqual([
      'gateways',
      'processes',
      'supervisor.log',
    ]);
  });

  it('would take up its state again under the same name', async () => {
    const shown = await local.deploy(['--dry-run']);
    expect(shown.error).toBeUndefined();
    expect(shown.stdout).toContain('is taken up again');
    expect(shown.stdout).toContain('openclaw.json');
  });
});

async function listFiles(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

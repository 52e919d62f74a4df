import { setTimeout as sleep } from 'node:timers/promises';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GatewayLab, until, untilGone } from '../../../test/supervisor/gateway-lab.ts';
import type { Suspension } from '../../shared/model/guard.ts';
import { isPidUsed, readProcessIdentity } from '../system/process-identity.ts';
import type { SupervisorClient } from './client.ts';
import type { GatewayDefinition } from './definition.ts';
import { createSupervisorAccess, wakeSupervisor } from './supervise.ts';
import { openGatewayRecords } from './supervisor.ts';

const suspension: Suspension = { at: '2026-09-06T12:00:00.000Z', by: 'guard', because: 'CPU above 90 % for 5 min' };
const refused = { code: 'instance.suspended', message: 'This instance is suspended: CPU above 90 % for 5 min.' };

async function startOne(client: SupervisorClient, one: GatewayDefinition, lab: GatewayLab): Promise<number> {
  await client.call('put', { definition: one });
  const { pid = 0 } = await client.call('start', { gateway: one.id });
  await until('it runs', async () => (await lab.log(one)).includes('ready'));
  return pid;
}

describe('a suspended gateway', { timeout: 60_000 }, () => {
  it('is ended at once, whatever it works on, and nothing but resume lets it start', async () => {
    await using lab = await GatewayLab.open();
    const one = await lab.define(1, { ignoresTerm: true });
    const client = await lab.superviseHere();
    const pid = await startOne(client, one, lab);
    const beganMs = performance.now();
    expect(await client.call('suspend', { gateway: one.id, suspension })).toMatchObject({
      state: 'suspended',
      because: suspension.because,
      suspended: suspension,
    });
    expect(performance.now() - beganMs).toBeLessThan(5_000);
    expect(isPidUsed(pid)).toBe(false);
    await expect(client.call('start', { gateway: one.id })).rejects.toMatchObject(refused);
    await expect(client.call('restart', { gateway: one.id })).rejects.toMatchObject(refused);
    expect(await client.call('stop', { gateway: one.id })).toMatchObject({ state: 'suspended' });
    expect(await client.call('put', { definition: one })).toMatchObject({ state: 'suspended', suspended: suspension });
    expect(await lab.starts(one)).toHaveLength(1);

    expect(await client.call('resume', { gateway: one.id })).not.toHaveProperty('suspended');
    expect(await client.call('start', { gateway: one.id })).toMatchObject({ state: 'running' });
    await until('it runs again', async () => (await lab.starts(one)).length === 2);
  });

  it('does not wait for a stop that lets work come to its end', async () => {
    await using lab = await GatewayLab.open();
    const one = await lab.define(2, { ignoresTerm: true });
    const client = await lab.superviseHere();
    const pid = await startOne(client, one, lab);
    const stopping = client.call('stop', { gateway: one.id });
    await until('it stops', async () => (await client.call('status', { gateway: one.id }))?.state === 'stopping');
    expect(await client.call('suspend', { gateway: one.id, suspension })).toMatchObject({ state: 'suspended' });
    expect(isPidUsed(pid)).toBe(false);
    expect(await stopping).toMatchObject({ state: 'suspended' });
  });

  it('takes with it what it has started in groups of their own', async () => {
    await using lab = await GatewayLab.open();
    const one = await lab.define(3, {});
    // Stands for what an agent runs in the background: a session of its own, below the gateway.
    const script = join(one.cwd, 'gateway.sh');
    await writeFile(script, `setsid sleep 1000 & echo $! >'${one.cwd}/background'; echo ready; wait\n`);
    const client = await lab.superviseHere();
    const pid = await startOne(client, { ...one, node: '/bin/sh', entry: script, args: [] }, lab);
    const background = Number(await readFile(join(one.cwd, 'background'), 'utf8'));
    expect(isPidUsed(background)).toBe(true);
    await client.call('suspend', { gateway: one.id, suspension });
    await untilGone(background);
    expect(isPidUsed(pid)).toBe(false);
  });

  it('stays suspended when the next supervisor comes', async () => {
    await using lab = await GatewayLab.open();
    const one = await lab.define(4, {});
    const client = await lab.ensure();
    await startOne(client, one, lab);
    await client.call('suspend', { gateway: one.id, suspension });
    await lab.killSupervisor(client);
    await using next = await lab.ensure();
    await sleep(300);
    expect(await next.call('status', { gateway: one.id })).toMatchObject({ state: 'suspended', suspended: suspension });
    await expect(next.call('start', { gateway: one.id })).rejects.toMatchObject(refused);
    expect(await lab.starts(one)).toHaveLength(1);
  });

  it('that a supervisor did not get to end is ended by the next one', async () => {
    await using lab = await GatewayLab.open();
    const one = await lab.define(6, {});
    const client = await lab.ensure();
    const pid = await startOne(client, one, lab);
    await lab.killSupervisor(client);
    await openGatewayRecords(lab.layout, () => undefined).update(one.id, (record) => {
      if (record === undefined) throw new Error('The supervisor wrote nothing down.');
      return { ...record, suspended: suspension };
    });
    expect(isPidUsed(pid)).toBe(true);
    await using next = await lab.ensure();
    expect(await next.call('status', { gateway: one.id })).toMatchObject({ state: 'suspended' });
    expect(await readProcessIdentity(pid)).toBeUndefined();
  });

  it('wakes no supervisor', async () => {
    await using lab = await GatewayLab.open();
    const one = await lab.define(5, {});
    const client = await lab.ensure();
    await startOne(client, one, lab);
    await client.call('suspend', { gateway: one.id, suspension });
    await lab.killSupervisor(client);
    const deps = { ...lab.door(), log: () => undefined } as unknown as Parameters<typeof wakeSupervisor>[0]['deps'];
    await wakeSupervisor({ deps });
    const access = createSupervisorAccess({ deps });
    expect(await access.find()).toBeUndefined();
    expect(await access.readStopped(one.id)).toMatchObject({ state: 'suspended', because: suspension.because });
  });
});

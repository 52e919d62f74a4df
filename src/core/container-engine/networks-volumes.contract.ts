import { expect, it } from 'vitest';
import type { ContractBench } from './container-engine.contract.ts';

/** The part of the contract about what lies between and below containers. */
export function describeNetworksAndVolumes(bench: () => ContractBench): void {
  it('a network is found by name, and has who runs in it', async () => {
    const { engine, name, labels, network } = bench();
    const id = await bench().running();
    const look = await engine.networks.find(name);
    expect(look).toMatchObject({ name, labels, subnets: [network.subnet], containers: [id] });
    expect((await engine.networks.list()).map((one) => one.id)).toContain(look?.id);
    expect(await engine.networks.find('nobody')).toBeUndefined();
  });

  it('its name and its range are given once', async () => {
    const { engine, name, labels, network } = bench();
    const other = { name: `${name}-2`, labels, ...network };
    await expect(engine.networks.create({ ...other, name })).rejects.toMatchObject({ code: 'engine.conflict' });
    await expect(engine.networks.create(other)).rejects.toMatchObject({ code: 'engine.subnet-taken' });
  });

  it('an address in it is given once', async () => {
    const { engine, name } = bench();
    await bench().running();
    const second = await engine.containers.create(bench().spec({ name: `${name}-2` }));
    await expect(engine.containers.start(second)).rejects.toMatchObject({ code: 'engine.conflict' });
  });

  it('it is not removed while somebody is in it, and who is not there need not leave', async () => {
    const { engine, name } = bench();
    const id = await bench().running();
    await expect(engine.networks.remove(name)).rejects.toMatchObject({ code: 'engine.conflict' });
    await engine.networks.disconnect(name, id);
    await engine.networks.disconnect(name, id);
    await engine.networks.connect(name, id, bench().address);
    expect((await engine.networks.find(name))?.containers).toEqual([id]);
    await engine.containers.remove(id);
    await engine.networks.remove(name);
    await engine.networks.remove(name);
  });

  it('a volume is kept apart by its labels, and stays when its container goes', async () => {
    const { engine, name, labels } = bench();
    await engine.volumes.create(name, labels);
    expect((await engine.volumes.measure()).get(name)).toBe(0);
    await expect(engine.volumes.create(name, { other: 'label' })).rejects.toMatchObject({ code: 'engine.conflict' });
    const id = await bench().running();
    await expect(engine.volumes.remove(name)).rejects.toMatchObject({ code: 'engine.conflict' });
    const content = Buffer.alloc(5_000, 'x');
    await engine.containers.putFiles(id, '/data', [{ path: 'big', mode: 0o600, uid: 0, gid: 0, content }]);
    await engine.containers.remove(id);
    expect(await engine.volumes.list(labels)).toEqual([{ name, labels }]);
    expect((await engine.volumes.measure()).get(name)).toBeGreaterThanOrEqual(5_000);
    await engine.volumes.remove(name);
    await engine.volumes.remove(name);
    expect(await engine.volumes.find(name)).toBeUndefined();
  });
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFakeSupplies, type FakeSupplies } from '../../../test/supervisor/fake-supplies.ts';
import { openLocalHome } from '../../../test/supervisor/local-home.ts';

const reason = { by: 'person', because: 'it writes to everybody' } as const;
const refused = { code: 'instance.suspended', message: 'This instance is suspended: it writes to everybody.' };

describe.skipIf(process.platform === 'win32')('an instance of this computer', { timeout: 60_000 }, () => {
  let supplies: FakeSupplies;
  beforeAll(async () => {
    supplies = await openFakeSupplies();
  });
  afterAll(() => supplies[Symbol.asyncDispose]());

  it('is suspended, stays down whoever asks, and is resumed', async () => {
    await using home = await openLocalHome(supplies);
    await home.deploy();
    const { instances, changes } = home.core;

    const run = await instances.suspend('home', reason);
    expect(run).toMatchObject({ kind: 'suspend', status: 'succeeded' });
    expect((await home.instance()).suspension).toMatchObject(reason);
    expect(await instances.status('home')).toMatchObject({ state: 'suspended', because: reason.because });
    await expect(instances.start('home')).rejects.toMatchObject(refused);
    await expect(instances.restart('home')).rejects.toMatchObject(refused);
    await expect(home.preview()).rejects.toMatchObject(refused);
    const again = await changes.preview('home', { kind: 'suspend', reason });
    expect(again.steps.map(({ id }) => id)).toEqual(['suspend']);
    await home.core.deployments.discard(again.id);

    expect(await instances.resume('home')).toMatchObject({ kind: 'resume', status: 'succeeded' });
    expect(await home.instance()).not.toHaveProperty('suspension');
    expect(await instances.status('home')).toMatchObject({ state: 'running' });
    expect(await instances.resume('home')).toMatchObject({ status: 'succeeded', stats: { changes: 0 } });
  });

  it('takes no limits and no way in from outside, and says so', async () => {
    await using home = await openLocalHome(supplies);
    await home.deploy();
    const { changes } = home.core;
    const limits = { memoryBytes: 2 * 1024 ** 3, cpus: 1 };
    await expect(changes.preview('home', { kind: 'limits', limits })).rejects.toMatchObject({ code: 'usage.invalid' });
    const ingress = { access: { mode: 'ip' }, limits: {} } as const;
    await expect(changes.preview('home', { kind: 'ingress', ingress })).rejects.toMatchObject({
      code: 'ingress.unsupported',
    });
  });
});

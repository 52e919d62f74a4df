import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../shared/app-error.ts';
import type { BackupId } from '../shared/model/ids.ts';
import type { Operations } from './operations.ts';
import { openOperationsBench, type OperationsBench } from '../../test/lab/operations-bench.ts';
import { sampleInstance } from '../../test/sample-instance.ts';

const instance = sampleInstance();
const limits = { memoryBytes: 3 * 1024 ** 3, cpus: 1 };
const container = { engineId: 'ABCD', image: 'ghcr.io/me/openclaw:2026.9.6' };
const suspension = { at: '2026-11-21T10:00:00.000Z', by: 'person' as const, because: 'somebody asked' };

let bench: OperationsBench;
beforeEach(async () => {
  bench = await openOperationsBench(instance);
});
afterEach(() => bench[Symbol.asyncDispose]());

describe('suspending', () => {
  it('freezes before anything else, and is known before the machine is changed for good', async () => {
    const run = await bench.open().suspend('research', { by: 'guard', because: 'CPU above 90 % for 5 min' });
    expect(run).toMatchObject({ status: 'succeeded', kind: 'suspend' });
    expect(bench.log).toEqual([
      { did: 'halt', isSuspended: false },
      { did: 'suspend', isSuspended: true },
    ]);
    expect((await bench.state.instances.get(instance.id))?.suspension).toMatchObject({
      by: 'guard',
      because: 'CPU above 90 % for 5 min',
    });
  });

  it('stays known when the run that follows fails', async () => {
    bench.failing = new AppError('host.connection-lost');
    await expect(
      bench.open().suspend('research', { by: 'person', because: 'it writes to strangers' }),
    ).rejects.toMatchObject({
      code: 'host.connection-lost',
    });
    expect((await bench.state.instances.get(instance.id))?.suspension).toMatchObject({
      because: 'it writes to strangers',
    });
  });

  it('halts also what an update has just changed, and leaves the record its programs', async () => {
    const image = 'ghcr.io/me/openclaw:2026.9.7';
    await using busy = await openOperationsBench({ ...instance, container }, ({ instances }) =>
      instances.put(instance.id, { ...instance, version: '2026.9.7', container: { ...container, image } }),
    );
    await busy.open().suspend('research', { by: 'person', because: 'it writes to strangers' });
    const after = await busy.state.instances.get(instance.id);
    expect([after?.version, after?.container?.image, after?.suspension?.by]).toEqual(['2026.9.7', image, 'person']);
  });

  it('is ended by resuming, and by nothing of the record that was there', async () => {
    await bench.state.instances.put(instance.id, { ...instance, limits, suspension });
    const run = await bench.open().resume('research');
    expect(run).toMatchObject({ status: 'succeeded', kind: 'resume' });
    const after = await bench.state.instances.get(instance.id);
    expect(after).toMatchObject({ limits });
    expect(after).not.toHaveProperty('suspension');
  });
});

describe('a change', () => {
  it('is shown first, and is in the record from its first step on', async () => {
    const operations = bench.open();
    const preview = await operations.changes.preview('research', { kind: 'limits', limits });
    expect(preview.steps.map(({ id }) => id)).toEqual(['limits']);
    expect(await bench.state.instances.get(instance.id)).not.toHaveProperty('limits');
    const run = await operations.changes.start(preview.id);
    expect(run.status).toBe('succeeded');
    expect(await bench.state.instances.get(instance.id)).toMatchObject({ limits, lastRun: run.runId });
  });

  it('keeps what another door has written meanwhile', async () => {
    const operations = bench.open();
    const preview = await operations.changes.preview('research', { kind: 'limits', limits });
    await operations.guards.set('research', { disk: { aboveBytes: 5_000_000_000 } });
    await operations.changes.start(preview.id);
    expect(await bench.state.instances.get(instance.id)).toMatchObject({ limits, guard: { disk: {} } });
  });

  it('writes nothing back that it was not about, however old its plan is', async () => {
    const ingress = { access: { mode: 'domain', host: 'alpha.example.com' }, limits: {} } as const;
    const tunnel = { access: { mode: 'tunnel' }, limits: {} } as const;
    await bench.state.instances.put(instance.id, { ...instance, ingress: tunnel });
    const operations = bench.open();
    const preview = await operations.changes.preview('research', { kind: 'limits', limits });
    await bench.state.instances.put(instance.id, { ...instance, ingress });
    await operations.changes.start(preview.id);
    expect(await bench.state.instances.get(instance.id)).toMatchObject({ limits, ingress });
    const other = await operations.changes.preview('research', { kind: 'ingress', ingress: tunnel });
    const more = { ...limits, cpus: 2 };
    await bench.state.instances.put(instance.id, { ...instance, ingress, limits: more });
    await operations.changes.start(other.id);
    expect(await bench.state.instances.get(instance.id)).toMatchObject({ limits: more, ingress: tunnel });
  });

  it('ends no suspension, least of all one that came while somebody looked at its plan', async () => {
    const operations = bench.open();
    const preview = await operations.changes.preview('research', { kind: 'limits', limits });
    await bench.state.instances.put(instance.id, { ...instance, suspension });
    await operations.changes.start(preview.id);
    expect(await bench.state.instances.get(instance.id)).toMatchObject({ limits, suspension });
  });

  it.each([
    { kind: 'backup', reason: 'asked' },
    { kind: 'restore', backup: 'b-0123456789abcdef' as BackupId },
    { kind: 'update', version: '2026.9.6', reason: 'asked' },
    { kind: 'rollback' },
  ] as const)('leaves the record as somebody else has made it meanwhile: $kind', async (change) => {
    await bench.state.instances.put(instance.id, { ...instance, limits: { ...limits, cpus: 2 }, suspension });
    const operations = bench.open();
    const preview = await operations.changes.preview('research', change);
    await bench.state.instances.put(instance.id, { ...instance, limits });
    const run = await operations.changes.start(preview.id);
    const after = await bench.state.instances.get(instance.id);
    expect(after).toEqual({ ...instance, limits, lastRun: run.runId });
  });

  it.each([
    { kind: 'limits', limits },
    { kind: 'backup', reason: 'asked' },
    { kind: 'restore', backup: 'b-0123456789abcdef' as BackupId },
  ] as const)('is not made of other programs than it was planned for: $kind', async (change) => {
    const operations = bench.open();
    const updated = [
      { ...instance, container, version: '2026.9.7' },
      { ...instance, container: { ...container, image: 'ghcr.io/me/openclaw:2026.9.7' } },
    ];
    for (const record of updated) {
      await bench.state.instances.put(instance.id, { ...instance, container });
      const preview = await operations.changes.preview('research', change);
      await bench.state.instances.put(instance.id, record);
      await expect(operations.changes.start(preview.id)).rejects.toMatchObject({ code: 'usage.invalid' });
      expect(await bench.state.instances.get(instance.id)).toEqual(record);
    }
    expect(bench.log).toEqual([]);
  });

  it('puts no other state where an update was cut short', async () => {
    const from = { version: '2026.9.5', backup: 'b-0123456789abcdef' as BackupId, at: suspension.at };
    const pendingUpdate = { version: '2026.9.6', from, isStill: false, phase: 'forward' } as const;
    await bench.state.instances.put(instance.id, { ...instance, pendingUpdate });
    const { changes } = bench.open();
    const restore = changes.preview('research', { kind: 'restore', backup: from.backup });
    await expect(restore).rejects.toMatchObject({ code: 'update.unfinished' });
    await expect(changes.preview('research', { kind: 'rollback' })).resolves.toBeDefined();
  });

  it('can not be started twice', async () => {
    const operations = bench.open();
    const { id } = await operations.changes.preview('research', { kind: 'limits', limits });
    await operations.changes.start(id);
    expect(() => operations.changes.start(id)).toThrow(expect.objectContaining({ code: 'usage.invalid' }));
  });
});

describe('what goes on', () => {
  it.each<[string, (operations: Operations) => Promise<unknown>]>([
    [
      'a change that a person started',
      async ({ changes }) => changes.start((await changes.preview('research', { kind: 'limits', limits })).id),
    ],
    ['a backup that was due', ({ makeScheduled }) => makeScheduled(instance, new AbortController().signal)],
    ['a suspension, from its first deed', ({ suspend }) => suspend('research', { by: 'guard', because: 'CPU' })],
    ['resuming', ({ resume }) => resume('research')],
  ])('is known while it does, and not after it: %s', async (_title, run) => {
    await run(bench.open());
    expect(new Set(bench.counted)).toEqual(new Set([1]));
    expect(bench.goingOn.count).toBe(0);
  });

  it('is known no longer when it has failed', async () => {
    bench.failing = new AppError('host.connection-lost');
    await expect(bench.open().resume('research')).rejects.toMatchObject({ code: 'host.connection-lost' });
    expect([...bench.counted, bench.goingOn.count]).toEqual([1, 0]);
  });
});

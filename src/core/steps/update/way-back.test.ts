import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStepBench, failure, fakeStep, type StepBench } from '../../../../test/lab/step-bench.ts';
import { sampleInstance } from '../../../../test/sample-instance.ts';
import { AppError } from '../../../shared/app-error.ts';
import type { Backup } from '../../../shared/model/backup.ts';
import { backupIdSchema, type BackupId, type InstanceId } from '../../../shared/model/ids.ts';
import type { Instance } from '../../../shared/model/instance.ts';
import type { Host } from '../../host/host.ts';
import { openLocalHost } from '../../host/local/local-host.ts';
import type { Plan } from '../../plans/plan.ts';
import { buildRollbackPlan, buildUpdatePlan } from '../../plans/update-plan.ts';
import type { Collection } from '../../state/collection.ts';
import { noteLeftFor, type BackupWork } from '../backup/backup-work.ts';
import { createProgramBench, openQuarters, type ProgramBench } from '../backup/fake-openclaw.ts';
import { createRecords, MemoryVault } from '../backup/memory-vault.ts';
import type { Quarters } from '../backup/quarters.ts';
import { findStanding } from './update-record.ts';
import type { BackParts, UpdateWork } from './update-work.ts';

const idOf = (digit: string): BackupId => backupIdSchema.parse(`b-${digit.repeat(16)}`);
const [MADE, LATER, FORMER] = [idOf('a'), idOf('b'), idOf('c')];
const OLD = { 'openclaw.json': '{"is":"old"}', 'old.txt': 'old' };
const MIGRATED = { ...OLD, 'openclaw.json': '{"is":"new"}', 'new.txt': 'new' };
const now = (): number => Date.parse('2026-11-21T12:00:00Z');
const base: Instance = { ...sampleInstance(), version: '2026.9.6' };

let host: Host;
let world: ProgramBench;
let bench: StepBench;
let vault: MemoryVault;
let backups: Collection<Backup, BackupId>;
let instances: Collection<Instance, InstanceId>;
let quarters: Quarters;
/** What is installed, whether it runs, and what goes wrong. */
let installed: string;
let isUp: boolean;
let breaks: 'upgrade' | 'start' | 'start-old' | undefined;
let makesBackups: boolean;
let nodeThere: string;
/** How often the older version does not come up. */
let stumbles: number;

beforeEach(async () => {
  host = await openLocalHost();
  world = createProgramBench(MADE);
  world.write(OLD);
  bench = createStepBench(host);
  vault = new MemoryVault();
  backups = createRecords();
  instances = createRecords() as unknown as Collection<Instance, InstanceId>;
  await instances.put(base.id, base);
  [installed, isUp, breaks, stumbles, makesBackups, nodeThere] = ['2026.9.6', true, undefined, 0, true, '24.1.0'];
  const real = openQuarters(host, world);
  const refuse = (): Promise<never> => Promise.reject(new AppError('backup.failed'));
  quarters = { ...real, archive: (...given) => (makesBackups ? real.archive(...given) : refuse()) };
});
afterEach(async () => {
  world[Symbol.dispose]();
  await host[Symbol.asyncDispose]();
});

const stop = fakeStep('stop', { isDone: () => !isUp, apply: () => (isUp = false) });
const start = fakeStep('start', {
  isDone: () => isUp,
  apply: () => {
    if (breaks === 'start' && installed === '2026.9.7') throw new AppError('gateway.not-ready');
    if (breaks === 'start-old' && installed === '2026.9.7') throw new AppError('gateway.not-ready');
    if (breaks === 'start-old') throw new AppError('supervisor.unreachable');
    if (stumbles > 0) {
      stumbles -= 1;
      throw new AppError('gateway.not-ready');
    }
    isUp = true;
  },
});
const upgrade = fakeStep('upgrade', {
  isDone: () => installed === '2026.9.7',
  apply: () => {
    if (breaks === 'upgrade') throw new AppError('update.failed');
    [installed, isUp] = ['2026.9.7', false];
    world.write(MIGRATED);
  },
});
const older = fakeStep('older', { isDone: () => installed === '2026.9.6', apply: () => (installed = '2026.9.6') });
const oldNode = fakeStep('node', { isDone: () => nodeThere === '24.1.0', apply: () => (nodeThere = '24.1.0') });
const parts = (): BackParts => ({
  quarters,
  vault,
  options: {},
  stop,
  program: [oldNode, older],
  start: [start],
  settle: (text = '{}') => Promise.resolve(text),
});

async function draft(id = MADE): Promise<{ work: UpdateWork; safety: BackupWork }> {
  const instance = (await instances.get(base.id)) ?? base;
  const fresh = { version: '2026.9.6', backup: id, at: '2026-11-21T12:00:00.000Z' };
  const from = findStanding(instance.pendingUpdate, installed) ?? fresh;
  const noteLeft = noteLeftFor(instances, instance.id);
  const more = { records: backups, options: {}, now, noteLeft };
  const common = { id, reason: 'update', instance, quarters, vault, ...more } as const;
  const readVersion = (): Promise<string> => Promise.resolve(installed);
  const work = {
    instance,
    version: '2026.9.7',
    from,
    isStill: false,
    becomes: {},
    instances,
    backups,
    readVersion,
    now,
  };
  return { safety: common, work };
}
async function run({ stages }: Plan): Promise<number> {
  let applied = 0;
  for (const one of stages.flat()) {
    if ((await bench.check(one)).is === 'satisfied') continue;
    applied += 1;
    const last = await bench.run(one);
    if (last.is === 'needed') throw new Error(`${one.id}: ${last.because}`);
  }
  return applied;
}
const update = async (id = MADE): Promise<number> =>
  run(buildUpdatePlan({ ...(await draft(id)), before: [], steps: [upgrade, start], back: parts() }));
/** @param more how many steps are carried out from that on which touches what runs */
async function cutShort(more: number): Promise<void> {
  const plan = buildUpdatePlan({ ...(await draft()), before: [], steps: [upgrade, start], back: parts() });
  const cut = plan.stages.flat().findIndex(({ id }) => id === 'upgrade') + more;
  await run({ ...plan, stages: plan.stages.slice(0, cut) });
}
async function rollback(): Promise<number> {
  const { wayBack, pendingUpdate } = await record();
  const { work, safety } = await draft(LATER);
  const from = pendingUpdate?.from ?? wayBack ?? work.from;
  const backup = await backups.get(from.backup);
  if (backup === undefined) throw new Error('There is no backup.');
  return run(buildRollbackPlan({ work: { ...work, from }, safety, backup, back: parts() }));
}
const record = async (): Promise<Instance> => (await instances.get(base.id)) ?? base;
const readBefore = (name: string): string => readFileSync(join(world.stateDir, '.hardshell-before', name), 'utf8');
const isPinned = async (id: BackupId): Promise<boolean> => (await backups.get(id))?.pinned === true;

describe('an update', { timeout: 60_000 }, () => {
  it('that goes well leaves the newer version and the way back, and its backup is kept', async () => {
    await update();
    expect([installed, isUp, world.read()]).toEqual(['2026.9.7', true, MIGRATED]);
    const { version, wayBack, pendingUpdate } = await record();
    expect([version, wayBack?.version, wayBack?.backup, pendingUpdate]).toEqual([
      '2026.9.7',
      '2026.9.6',
      MADE,
      undefined,
    ]);
    expect(await isPinned(MADE)).toBe(true);
  });

  it('to what runs already does nothing', async () => {
    await update();
    expect(await update(LATER)).toBe(0);
    expect(await backups.get(LATER)).toBeUndefined();
  });

  it('that fails before anything was touched leaves all as it was', async () => {
    breaks = 'upgrade';
    expect((await failure(update())).code).toBe('update.rolled-back');
    expect([installed, isUp, world.read()]).toEqual(['2026.9.6', true, OLD]);
    expect((await record()).pendingUpdate).toBeUndefined();
    expect(await isPinned(MADE)).toBe(false);
  });

  it('that does not come up brings program and state back, and keeps the way back of the one before', async () => {
    const former = { version: '2026.9.5', backup: FORMER, at: '2026-11-01T12:00:00.000Z' };
    await instances.put(base.id, { ...base, wayBack: former });
    breaks = 'start';
    const error = await failure(update());
    expect([error.code, error.message]).toEqual([
      'update.rolled-back',
      expect.stringContaining('2026.9.6 is there again'),
    ]);
    expect([installed, isUp, world.read()]).toEqual(['2026.9.6', true, OLD]);
    const { leftState, ...rest } = await record();
    expect([rest, leftState?.bytes === 0]).toEqual([{ ...base, wayBack: former }, false]);
    // What came between the backup and the stop is nowhere else.
    expect([error.message, error.hint]).toEqual([
      expect.stringContaining('its state of 2026-11-21 12:00 UTC'),
      expect.stringContaining('.hardshell-before'),
    ]);
    expect(readBefore('new.txt')).toBe('new');
  });

  it('is not made where no backup of what is there can be made', async () => {
    makesBackups = false;
    expect((await failure(update())).code).toBe('backup.failed');
    expect([installed, isUp, await record()]).toEqual(['2026.9.6', true, base]);
  });

  it('is not made where the way back has no room', async () => {
    const survey = quarters.survey.bind(quarters);
    const has = async (): Promise<boolean> => (await backups.get(MADE)) !== undefined;
    quarters.survey = async (c) => ({ ...(await survey(c)), ...((await has()) ? { freeBytes: 1 } : {}) });
    expect((await failure(update())).code).toBe('backup.no-room');
    expect([installed, isUp, await record()]).toEqual(['2026.9.6', true, base]);
  });

  it('that has raised Node.js alone leaves the state as it is', async () => {
    const apply = (): void => {
      [nodeThere, breaks] = ['24.9.0', 'upgrade'];
      world.write({ 'since.txt': '' });
    };
    const raise = fakeStep('raise', { isDone: () => nodeThere === '24.9.0', apply });
    const steps = [raise, upgrade, start];
    const error = await failure(run(buildUpdatePlan({ ...(await draft()), before: [], steps, back: parts() })));
    expect([error.code, nodeThere, world.read()]).toEqual([
      'update.rolled-back',
      '24.1.0',
      { ...OLD, 'since.txt': '' },
    ]);
  });

  it('goes back also where the older version does not come up at once', async () => {
    [breaks, stumbles] = ['start', 2];
    expect((await failure(update())).code).toBe('update.rolled-back');
    expect([installed, isUp, world.read()]).toEqual(['2026.9.6', true, OLD]);
  });

  it('that was cut short after the swap makes no second backup, and goes on', async () => {
    await cutShort(1);
    expect(installed).toBe('2026.9.7');
    await update(LATER);
    expect(await backups.get(LATER)).toBeUndefined();
    expect((await record()).wayBack?.backup).toBe(MADE);
  });

  it('that was cut short before anything was touched makes a backup of what is there now', async () => {
    await cutShort(0);
    world.write({ 'since.txt': 'since' });
    breaks = 'start';
    expect((await failure(update(LATER))).code).toBe('update.rolled-back');
    expect([installed, world.read()]).toEqual(['2026.9.6', { ...OLD, 'since.txt': 'since' }]);
  });

  it('that can neither go on nor back says so; the next run goes back to the end', async () => {
    breaks = 'start-old';
    expect((await failure(update())).code).toBe('update.stuck');
    expect((await record()).pendingUpdate?.phase).toBe('back');
    breaks = undefined;
    expect((await failure(update(LATER))).code).toBe('update.rolled-back');
    expect([installed, isUp, world.read()]).toEqual(['2026.9.6', true, OLD]);
    expect((await record()).pendingUpdate).toBeUndefined();
  });
});

describe('a rollback', { timeout: 60_000 }, () => {
  it('brings program and state back together, after a backup of what was there', async () => {
    await update();
    world.write({ ...MIGRATED, 'since.txt': 'since' });
    await rollback();
    expect([installed, isUp, world.read()]).toEqual(['2026.9.6', true, OLD]);
    expect(await record()).toEqual(base);
    expect([await isPinned(MADE), (await backups.get(LATER))?.reason]).toEqual([false, 'update']);
  });

  it('touches nothing where the backup cannot be brought', async () => {
    await update();
    const there = await record();
    vault.files.delete(MADE);
    expect((await failure(rollback())).code).toBe('backup.gone');
    expect([installed, isUp, world.read(), await record()]).toEqual(['2026.9.7', true, MIGRATED, there]);
  });

  it('of one that was cut short keeps what is there now, also where no backup can be made of it', async () => {
    await cutShort(1);
    makesBackups = false;
    await rollback();
    expect([installed, isUp, world.read(), readBefore('new.txt')]).toEqual(['2026.9.6', true, OLD, 'new']);
  });

  it('that was cut short goes on, and makes no backup of half of it', async () => {
    await update();
    breaks = 'start-old';
    await failure(rollback());
    expect((await record()).pendingUpdate?.phase).toBe('back');
    breaks = undefined;
    await rollback();
    expect([installed, isUp, world.read()]).toEqual(['2026.9.6', true, OLD]);
    expect((await record()).wayBack).toBeUndefined();
  });
});

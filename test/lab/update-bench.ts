import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../src/shared/app-error.ts';
import type { Backup } from '../../src/shared/model/backup.ts';
import { backupIdSchema, type BackupId, type InstanceId } from '../../src/shared/model/ids.ts';
import type { Instance } from '../../src/shared/model/instance.ts';
import { openLocalHost } from '../../src/core/host/local/local-host.ts';
import type { Plan } from '../../src/core/plans/plan.ts';
import { buildRollbackPlan, buildUpdatePlan } from '../../src/core/plans/update-plan.ts';
import type { Collection } from '../../src/core/state/collection.ts';
import { noteLeftFor, type BackupWork } from '../../src/core/steps/backup/backup-work.ts';
import { createProgramBench, openQuarters, type ProgramBench } from '../../src/core/steps/backup/fake-openclaw.ts';
import { createRecords, MemoryVault } from '../../src/core/steps/backup/memory-vault.ts';
import type { Quarters } from '../../src/core/steps/backup/quarters.ts';
import type { Step } from '../../src/core/steps/step.ts';
import { findStanding } from '../../src/core/steps/update/update-record.ts';
import type { BackParts, UpdateWork } from '../../src/core/steps/update/update-work.ts';
import { sampleInstance } from '../sample-instance.ts';
import { createStepBench, fakeStep, type StepBench } from './step-bench.ts';

const idOf = (digit: string): BackupId => backupIdSchema.parse(`b-${digit.repeat(16)}`);
export const [MADE, LATER, FORMER] = [idOf('a'), idOf('b'), idOf('c')];
export const OLD = { 'openclaw.json': '{"is":"old"}', 'old.txt': 'old' };
export const MIGRATED = { ...OLD, 'openclaw.json': '{"is":"new"}', 'new.txt': 'new' };
const [OLDER, NEWER] = ['2026.9.6', '2026.9.7'];
export const base: Instance = { ...sampleInstance(), version: OLDER };

/** An instance that is only a state folder, and the version that is said to be installed. */
export interface UpdateBench extends AsyncDisposable {
  readonly world: ProgramBench;
  readonly vault: MemoryVault;
  readonly backups: Collection<Backup, BackupId>;
  readonly instances: Collection<Instance, InstanceId>;
  bench: StepBench;
  quarters: Quarters;
  /** What is installed, whether it runs, and what goes wrong. */
  installed: string;
  isUp: boolean;
  breaks: 'upgrade' | 'start' | 'start-old' | undefined;
  makesBackups: boolean;
  nodeThere: string;
  /** How often the older version does not come up. */
  stumbles: number;
  /** What belongs to the newer one alone is cleared away with these. */
  after: readonly Step[];
  /** From here on what is done is ended by this signal. */
  endBy(signal: AbortSignal): void;
  listSteps(version?: string): readonly [Step, Step];
  parts(): BackParts;
  draft(id?: BackupId, version?: string): Promise<{ work: UpdateWork; safety: BackupWork }>;
  /** @returns how many steps were carried out */
  run(plan: Plan): Promise<number>;
  planUpdate(id?: BackupId, version?: string): Promise<Plan>;
  update(id?: BackupId, version?: string): Promise<number>;
  /** @param more how many steps are carried out from that on which touches what runs */
  cutShort(more: number): Promise<void>;
  planRollback(): Promise<Plan>;
  rollback(): Promise<number>;
  record(): Promise<Instance>;
  /** A file of the state that an update has left beside the one in use. */
  readBefore(name: string): string;
  isPinned(id: BackupId): Promise<boolean>;
}

export async function openUpdateBench(): Promise<UpdateBench> {
  const host = await openLocalHost();
  const world = createProgramBench(MADE);
  world.write(OLD);
  const instances = createRecords() as unknown as Collection<Instance, InstanceId>;
  await instances.put(base.id, base);
  const real = openQuarters(host, world);
  const refuse = (): Promise<never> => Promise.reject(new AppError('backup.failed'));

  const stop = fakeStep('stop', { isDone: () => !it.isUp, apply: () => (it.isUp = false) });
  const start = fakeStep('start', {
    isDone: () => it.isUp,
    apply: () => {
      if (it.breaks?.startsWith('start') === true && it.installed !== OLDER) throw new AppError('gateway.not-ready');
      if (it.breaks === 'start-old') throw new AppError('supervisor.unreachable');
      if (it.stumbles > 0) {
        it.stumbles -= 1;
        throw new AppError('gateway.not-ready');
      }
      it.isUp = true;
    },
  });
  const upgradeTo = (version: string): Step =>
    fakeStep('upgrade', {
      isDone: () => it.installed === version,
      apply: () => {
        if (it.breaks === 'upgrade') throw new AppError('update.failed');
        [it.installed, it.isUp] = [version, false];
        world.write(MIGRATED);
      },
    });
  const older = fakeStep('older', { isDone: () => it.installed === OLDER, apply: () => (it.installed = OLDER) });
  const oldNode = fakeStep('node', { isDone: () => it.nodeThere === '24.1.0', apply: () => (it.nodeThere = '24.1.0') });

  const it: UpdateBench = {
    world,
    vault: new MemoryVault(),
    backups: createRecords(),
    instances,
    bench: createStepBench(host),
    quarters: { ...real, archive: (...given) => (it.makesBackups ? real.archive(...given) : refuse()) },
    installed: OLDER,
    isUp: true,
    breaks: undefined,
    makesBackups: true,
    nodeThere: '24.1.0',
    stumbles: 0,
    after: [],
    endBy(signal) {
      it.bench = createStepBench(host, { signal });
    },
    listSteps: (version = NEWER) => [upgradeTo(version), start],
    parts: () => ({
      quarters: it.quarters,
      vault: it.vault,
      options: {},
      stop,
      program: [oldNode, older],
      start: [start],
      settle: (text = '{}') => Promise.resolve(text),
      after: it.after,
    }),
    async draft(id = MADE, version = NEWER) {
      const { quarters, vault, backups } = it;
      const now = (): number => Date.parse('2026-11-21T12:00:00Z');
      const instance = await it.record();
      const fresh = { version: it.installed, backup: id, at: '2026-11-21T12:00:00.000Z' };
      const from = findStanding(instance.pendingUpdate, it.installed) ?? fresh;
      const noteLeft = noteLeftFor(instances, instance.id);
      const more = { records: backups, options: {}, now, noteLeft };
      const readVersion = (): Promise<string> => Promise.resolve(it.installed);
      const common = { instances, backups, readVersion, now };
      return {
        safety: { id, reason: 'update', instance, quarters, vault, ...more },
        work: { instance, version, from, isStill: false, becomes: {}, ...common },
      };
    },
    async run({ stages }) {
      let applied = 0;
      for (const one of stages.flat()) {
        if ((await it.bench.check(one)).is === 'satisfied') continue;
        applied += 1;
        const last = await it.bench.run(one);
        if (last.is === 'needed') throw new Error(`${one.id}: ${last.because}`);
      }
      return applied;
    },
    planUpdate: async (id, version) =>
      buildUpdatePlan({
        ...(await it.draft(id, version)),
        before: [],
        steps: it.listSteps(version),
        back: it.parts(),
      }),
    update: async (id, version) => it.run(await it.planUpdate(id, version)),
    async cutShort(more) {
      const plan = await it.planUpdate();
      const cut = plan.stages.flat().findIndex(({ id }) => id === 'upgrade') + more;
      await it.run({ ...plan, stages: plan.stages.slice(0, cut) });
    },
    async planRollback() {
      const { wayBack, pendingUpdate } = await it.record();
      const { work, safety } = await it.draft(LATER);
      const from = pendingUpdate?.from ?? wayBack ?? work.from;
      const backup = await it.backups.get(from.backup);
      if (backup === undefined) throw new Error('There is no backup.');
      return buildRollbackPlan({ work: { ...work, from }, safety, backup, back: it.parts() });
    },
    rollback: async () => it.run(await it.planRollback()),
    record: async () => (await instances.get(base.id)) ?? base,
    readBefore: (name) => readFileSync(join(world.stateDir, '.hardshell-before', name), 'utf8'),
    isPinned: async (id) => (await it.backups.get(id))?.pinned === true,
    async [Symbol.asyncDispose]() {
      world[Symbol.dispose]();
      await host[Symbol.asyncDispose]();
    },
  };
  return it;
}

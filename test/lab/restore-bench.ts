import { AppError } from '../../src/shared/app-error.ts';
import type { Backup, LeftState } from '../../src/shared/model/backup.ts';
import { backupIdSchema, type BackupId } from '../../src/shared/model/ids.ts';
import type { Instance } from '../../src/shared/model/instance.ts';
import { needed, satisfied } from '../../src/shared/model/run.ts';
import type { Host } from '../../src/core/host/host.ts';
import { openLocalHost } from '../../src/core/host/local/local-host.ts';
import { buildBackupPlan, buildRestorePlan } from '../../src/core/plans/backup-plan.ts';
import type { Plan } from '../../src/core/plans/plan.ts';
import type { Collection } from '../../src/core/state/collection.ts';
import type { Step } from '../../src/core/steps/step.ts';
import type { ChooseRetired } from '../../src/core/steps/backup/aftermath.ts';
import type { BackupWork } from '../../src/core/steps/backup/backup-work.ts';
import { createProgramBench, openQuarters, type ProgramBench } from '../../src/core/steps/backup/fake-openclaw.ts';
import { createRecords, MemoryVault } from '../../src/core/steps/backup/memory-vault.ts';
import type { Quarters } from '../../src/core/steps/backup/quarters.ts';
import { sampleInstance } from '../sample-instance.ts';
import { createStepBench, type StepBench } from './step-bench.ts';

const idOf = (digit: string): BackupId => backupIdSchema.parse(`b-${digit.repeat(16)}`);
export const [MADE, SAFETY] = [idOf('a'), idOf('b')];
export const OLD = { 'openclaw.json': '{"is":"old"}', 'old.txt': 'old' };
export const NEW = { 'openclaw.json': '{"is":"new"}', 'new.txt': 'new' };
/** The new one, with what is the instance's own. */
export const RESTORED = { ...NEW, 'openclaw.json': '{"is":"new","token":"mine"}' };

/** A state folder with the backups that are made of it, and a gateway of which only a flag says that it runs. */
export interface RestoreBench extends AsyncDisposable {
  readonly world: ProgramBench;
  readonly bench: StepBench;
  readonly vault: MemoryVault;
  readonly records: Collection<Backup, BackupId>;
  instance: Instance;
  quarters: Quarters;
  isUp: boolean;
  /** What an openclaw.json says with which the gateway does not come up. */
  failsOn: string | undefined;
  nowMs: number;
  readonly left: LeftState | undefined;
  backUp(id?: BackupId, choose?: ChooseRetired): Promise<void>;
  planRestore(): Promise<Plan>;
  /** @param until the step after which it is cut short */
  run(plan: Plan, until?: string): Promise<void>;
  /** The new state lies in a backup, the old one is in use. */
  prepare(): Promise<void>;
}

export async function openRestoreBench(): Promise<RestoreBench> {
  const host: Host = await openLocalHost();
  const world = createProgramBench(MADE);
  const bench = createStepBench(host);
  let left: LeftState | undefined;
  const noteLeft = (found: LeftState | undefined): Promise<void> => {
    left = found;
    return Promise.resolve();
  };
  const stop: Step = {
    id: 'stop',
    title: 'stop',
    facts: [],
    timeoutMs: 1000,
    check: () => Promise.resolve(it.isUp ? needed('it runs') : satisfied('it does not run')),
    apply: () => Promise.resolve(void (it.isUp = false)),
  };
  const start: Step = {
    ...stop,
    id: 'service',
    title: 'start',
    check: () => Promise.resolve(it.isUp ? satisfied('it runs') : needed('it does not run')),
    apply() {
      const config = world.read()['openclaw.json'];
      if (it.failsOn !== undefined && config?.includes(it.failsOn) === true) {
        return Promise.reject(new AppError('gateway.not-ready'));
      }
      it.isUp = true;
      return Promise.resolve();
    },
  };
  const workOf = (id: BackupId, reason: Backup['reason']): BackupWork => {
    const { instance, quarters, vault, records } = it;
    return { id, reason, instance, quarters, vault, records, options: {}, now: () => it.nowMs, noteLeft };
  };
  const it: RestoreBench = {
    world,
    bench,
    vault: new MemoryVault(),
    records: createRecords(),
    instance: sampleInstance(),
    quarters: openQuarters(host, world),
    isUp: true,
    failsOn: undefined,
    nowMs: Date.parse('2026-11-21T12:00:00Z'),
    get left() {
      return left;
    },
    backUp(id = MADE, choose = () => []) {
      const keep = { last: 7, daily: 7, weekly: 4, monthly: 6 };
      return it.run(buildBackupPlan({ work: workOf(id, 'asked'), destinations: [], extra: [], keep, choose }));
    },
    async planRestore() {
      const backup = await it.records.get(MADE);
      if (backup === undefined) throw new Error('there is no backup');
      const settle = (text = '{}'): Promise<string> =>
        Promise.resolve(JSON.stringify({ ...(JSON.parse(text) as object), token: 'mine' }));
      const { instance, quarters, vault } = it;
      const work = { backup, version: '2026.9.6', quarters, vault, options: {}, settle, noteLeft };
      return buildRestorePlan({ instance, work, safety: workOf(SAFETY, 'restore'), stop, start: [start] });
    },
    async run({ stages }, until) {
      for (const step of stages.flat()) {
        const last = await bench.run(step);
        if (last.is === 'needed') throw new Error(`${step.id}: ${last.because}`);
        if (step.id === until) return;
      }
    },
    async prepare() {
      world.write(NEW);
      await it.backUp();
      for (const name of Object.keys(NEW)) world.remove(name);
      world.write(OLD);
    },
    async [Symbol.asyncDispose]() {
      world[Symbol.dispose]();
      await host[Symbol.asyncDispose]();
    },
  };
  return it;
}

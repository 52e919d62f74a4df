import { createStepBench, type StepBench } from '../../../../test/lab/step-bench.ts';
import { sampleInstance } from '../../../../test/sample-instance.ts';
import { AppError } from '../../../shared/app-error.ts';
import type { Backup, LeftState } from '../../../shared/model/backup.ts';
import { backupIdSchema, type BackupId } from '../../../shared/model/ids.ts';
import type { Instance } from '../../../shared/model/instance.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import type { Host } from '../../host/host.ts';
import { openLocalHost } from '../../host/local/local-host.ts';
import { buildBackupPlan, buildRestorePlan } from '../../plans/backup-plan.ts';
import type { Plan } from '../../plans/plan.ts';
import type { Collection } from '../../state/collection.ts';
import type { Step } from '../step.ts';
import type { ChooseRetired } from './aftermath.ts';
import type { BackupWork } from './backup-work.ts';
import { createProgramBench, openQuarters, type ProgramBench } from './fake-openclaw.ts';
import { createRecords, MemoryVault } from './memory-vault.ts';
import type { Quarters } from './quarters.ts';

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

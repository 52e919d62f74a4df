import { readdirSync, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStepBench, failure, type StepBench } from '../../../../test/lab/step-bench.ts';
import { sampleInstance } from '../../../../test/sample-instance.ts';
import { AppError } from '../../../shared/app-error.ts';
import type { Backup, LeftState } from '../../../shared/model/backup.ts';
import { backupIdSchema, type BackupId } from '../../../shared/model/ids.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import { change } from '../../host/command.ts';
import type { Host } from '../../host/host.ts';
import { openLocalHost } from '../../host/local/local-host.ts';
import { buildBackupPlan, buildRestorePlan } from '../../plans/backup-plan.ts';
import type { Plan } from '../../plans/plan.ts';
import type { Collection } from '../../state/collection.ts';
import type { Step } from '../step.ts';
import type { BackupWork, NoteLeft } from './backup-work.ts';
import { createProgramBench, type ProgramBench } from './fake-openclaw.ts';
import { createRecords, MemoryVault } from './memory-vault.ts';
import { PRIVATE_MARK } from './quarters-script.ts';
import { createQuarters, type Quarters } from './quarters.ts';
import { expectNotNewer } from './restore.ts';

const idOf = (digit: string): BackupId => backupIdSchema.parse(`b-${digit.repeat(16)}`);
const MADE = idOf('a');
const SAFETY = idOf('b');
const instance = sampleInstance();
const DAY_MS = 24 * 60 * 60_000;
const OLD = { 'openclaw.json': '{"is":"old"}', 'old.txt': 'old' };
const NEW = { 'openclaw.json': '{"is":"new"}', 'new.txt': 'new' };

let host: Host;
let world: ProgramBench;
let bench: StepBench;
let vault: MemoryVault;
let records: Collection<Backup, BackupId>;
let quarters: Quarters;
let isUp: boolean;
let failsOn: string | undefined;
beforeEach(async () => {
  host = await openLocalHost();
  world = createProgramBench(MADE);
  bench = createStepBench(host);
  vault = new MemoryVault();
  records = createRecords();
  isUp = true;
  failsOn = undefined;
  const env = { OPENCLAW_STATE_DIR: world.stateDir };
  quarters = createQuarters({
    stateDir: world.stateDir,
    keepDir: world.keepDir,
    node: process.execPath,
    openclaw: world.openclaw,
    change: (context, doing, argv, options) => context.change(change(argv, { env }), { ...options, doing }),
    spawn: (argv, signal) => host.spawn(change(argv, { env }), { signal }),
    readFile: (_context, path) => {
      try {
        return Promise.resolve(readFileSync(path, 'utf8'));
      } catch {
        return Promise.resolve(undefined);
      }
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
});
afterEach(async () => {
  world[Symbol.dispose]();
  await host[Symbol.asyncDispose]();
});

const stop: Step = {
  id: 'stop',
  title: 'stop',
  facts: [],
  timeoutMs: 1000,
  check: () => Promise.resolve(isUp ? needed('it runs') : satisfied('it does not run')),
  apply: () => Promise.resolve(void (isUp = false)),
};
const start: Step = {
  ...stop,
  id: 'service',
  title: 'start',
  check: () => Promise.resolve(isUp ? satisfied('it runs') : needed('it does not run')),
  apply() {
    const config = world.read()['openclaw.json'];
    if (failsOn !== undefined && config?.includes(failsOn) === true) {
      return Promise.reject(new AppError('gateway.not-ready'));
    }
    isUp = true;
    return Promise.resolve();
  },
};

let nowMs = Date.parse('2026-11-21T12:00:00Z');
let left: LeftState | undefined;
const noteLeft: NoteLeft = (found) => {
  left = found;
  return Promise.resolve();
};
const workOf = (id: BackupId, reason: Backup['reason']): BackupWork => {
  const now = (): number => nowMs;
  return { id, reason, instance, quarters, vault, records, options: {}, now, noteLeft };
};
async function run({ stages }: Plan): Promise<void> {
  for (const step of stages.flat()) {
    const last = await bench.run(step);
    if (last.is === 'needed') throw new Error(`${step.id}: ${last.because}`);
  }
}
const keep = { last: 7, daily: 7, weekly: 4, monthly: 6 };
const backUp = (id = MADE, choose = (): Backup[] => []): Promise<void> =>
  run(buildBackupPlan({ work: workOf(id, 'asked'), destinations: [], extra: [], keep, choose }));
async function planRestore(): Promise<Plan> {
  const backup = await records.get(MADE);
  if (backup === undefined) throw new Error('there is no backup');
  const settle = (text = '{}'): Promise<string> =>
    Promise.resolve(JSON.stringify({ ...(JSON.parse(text) as object), token: 'mine' }));
  const work = { backup, version: '2026.9.6', quarters, vault, options: {}, settle, noteLeft };
  return buildRestorePlan({ instance, work, safety: workOf(SAFETY, 'restore'), stop, start: [start] });
}
const RESTORED = { ...NEW, 'openclaw.json': '{"is":"new","token":"mine"}' };

async function prepare(): Promise<void> {
  world.write(NEW);
  await backUp();
  for (const name of Object.keys(NEW)) world.remove(name);
  world.write(OLD);
}

describe('a backup', { timeout: 60_000 }, () => {
  it('is in the list once it lies here as it was made', async () => {
    world.write(NEW);
    await backUp();
    const made = await records.get(MADE);
    expect(made).toMatchObject({ version: '2026.9.6', copies: [{ at: 'machine' }, { at: 'here' }] });
    expect(made?.sha256).toBe(made?.encrypted?.sha256);
    expect(readdirSync(world.keepDir)).toEqual([`${MADE}.tar.gz`]);
  });

  it('leaves no copy on a machine that has little room, and is not begun on one that has none', async () => {
    world.write(NEW);
    let freeBytes = 65 * 1024 ** 2;
    quarters = {
      ...quarters,
      survey: () => Promise.resolve({ hasState: true, stateBytes: 10 * 1024 ** 2, freeBytes }),
    };
    expect(await failure(backUp())).toMatchObject({ code: 'backup.no-room' });
    expect(vault.files.size).toBe(0);
    freeBytes = 80 * 1024 ** 2;
    await backUp();
    expect((await records.get(MADE))?.copies).toEqual([{ at: 'here', path: `/vault/${MADE}` }]);
    expect(readdirSync(world.keepDir)).toEqual([]);
  });

  it('that does not arrive as it was made is not kept', async () => {
    world.write(NEW);
    const take = vault.take.bind(vault);
    vault.take = async (id, bytes) => ({ ...(await take(id, bytes)), sha256: 'f'.repeat(64) });
    expect((await failure(backUp())).code).toBe('backup.damaged');
    expect(await records.list()).toEqual([]);
    expect(vault.dropped).toEqual([MADE]);
  });

  it('takes the place of what need not be kept, on the machine as well; what cannot be reached waits in the list', async () => {
    world.write(NEW);
    await backUp();
    await records.update(MADE, (old) => {
      if (old === undefined) throw new Error('gone');
      return { ...old, copies: [...old.copies, { at: 'folder', path: '/away' }] };
    });
    const { drop } = vault;
    vault.drop = (backup, copy) =>
      copy.at === 'folder' ? Promise.reject(new AppError('backup.unreachable')) : drop(backup, copy);
    const first = await records.get(MADE);
    await backUp(SAFETY, () => (first === undefined ? [] : [first]));
    expect(readdirSync(world.keepDir)).toEqual([`${SAFETY}.tar.gz`]);
    expect((await records.get(MADE))?.copies).toEqual([{ at: 'folder', path: '/away' }]);
  });
});

describe('a restore', { timeout: 60_000 }, () => {
  it('brings the backup, keeps what was there as a backup of its own, and leaves nothing else behind', async () => {
    await prepare();
    await run(await planRestore());
    expect(world.read()).toEqual(RESTORED);
    expect([isUp, world.left()]).toEqual([true, []]);
    expect((await records.get(SAFETY))?.reason).toBe('restore');
  });

  it('into an empty place needs no backup of it', async () => {
    await prepare();
    for (const name of Object.keys(OLD)) world.remove(name);
    await run(await planRestore());
    expect(world.read()).toEqual(RESTORED);
    expect(await records.get(SAFETY)).toBeUndefined();
  });

  it('goes on where OpenClaw makes no backup of what is there, and keeps that as it stands', async () => {
    await prepare();
    const archive = quarters.archive.bind(quarters);
    quarters = { ...quarters, archive: () => Promise.reject(new AppError('backup.failed')) };
    const { stages } = await planRestore();
    for (const step of stages.flat()) {
      await bench.run(step);
      if (step.id === 'swap') break;
    }
    // Also where another run ends it.
    quarters = { ...quarters, archive };
    await run(await planRestore());
    expect([world.read(), isUp, world.left()]).toEqual([RESTORED, true, ['.hardshell-before']]);
    const kept = readdirSync(join(world.stateDir, '.hardshell-before')).sort();
    // OpenClaw leaves out of its archives what has this file in it.
    expect(kept).toEqual([...Object.keys(OLD), PRIVATE_MARK].sort());
    expect(readFileSync(join(world.stateDir, '.hardshell-before', PRIVATE_MARK), 'utf8')).toBe(
      'openclaw-private-update-capture-v1\n',
    );
    expect(left?.bytes).toBeGreaterThan(0);
    // The backup after a month takes it away, and not the one before.
    nowMs = Date.parse(left?.at ?? '') + 29 * DAY_MS;
    await backUp(SAFETY);
    expect([world.left(), left?.bytes]).toEqual([['.hardshell-before'], expect.any(Number)]);
    nowMs += 2 * DAY_MS;
    await backUp(SAFETY);
    expect([world.left(), left]).toEqual([[], undefined]);
  });

  it('puts back what was there when the gateway does not come up on it', async () => {
    await prepare();
    failsOn = '"new"';
    const error = await failure(run(await planRestore()));
    expect(error).toMatchObject({ code: 'restore.failed', details: { cause: { code: 'gateway.not-ready' } } });
    expect(world.read()).toEqual(OLD);
    expect([isUp, world.left()]).toEqual([true, []]);
  });

  it('says so when what was there does not come up again either, and is gone on with by the next one', async () => {
    await prepare();
    failsOn = '"is"';
    expect((await failure(run(await planRestore()))).message).toContain('does not serve again yet');
    failsOn = undefined;
    await run(await planRestore());
    expect(world.read()).toEqual(RESTORED);
  });

  it('stops nothing for a backup that is damaged, and leaves nothing of it', async () => {
    await prepare();
    vault.files.get(MADE)?.writeUInt8(0, 30);
    expect((await failure(run(await planRestore()))).code).toBe('backup.damaged');
    expect([world.read(), isUp, world.left()]).toEqual([OLD, true, []]);
  });

  it('tells what the vault says, not what the machine makes of it', async () => {
    await prepare();
    const whole = vault.files.get(MADE) ?? Buffer.alloc(0);
    vault.open = () =>
      Promise.resolve(
        Readable.from(
          (function* () {
            yield whole.subarray(0, 40);
            throw new AppError('backup.key-wrong');
          })(),
        ),
      );
    expect((await failure(run(await planRestore()))).code).toBe('backup.key-wrong');
    expect([world.read(), isUp, world.left()]).toEqual([OLD, true, []]);
  });

  it.each(['archive', 'keep', 'stage', 'stop', 'swap', 'service'])(
    'that is cut short after "%s" is gone on with by the next one',
    async (after) => {
      await prepare();
      const { stages } = await planRestore();
      for (const step of stages.flat()) {
        await bench.run(step);
        if (step.id === after) break;
      }
      await run(await planRestore());
      expect(world.read()).toEqual(RESTORED);
      expect([isUp, world.left()]).toEqual([true, []]);
    },
  );

  it('of a newer OpenClaw is refused; an older one is not', () => {
    expect(() => {
      expectNotNewer('2026.9.7', '2026.9.6');
    }).toThrow(expect.objectContaining({ code: 'backup.too-new' }) as Error);
    expectNotNewer('2026.9.6', '2026.9.6');
    expectNotNewer('2026.8.30', '2026.9.6');
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleInstance } from '../../test/sample-instance.ts';
import { backupPolicySchema } from '../shared/model/backup.ts';
import type { BackupId, RunId } from '../shared/model/ids.ts';
import type { Instance } from '../shared/model/instance.ts';
import { saveBeforeRemoval, saveBeforeRun } from './instances.ts';
import { takeBack } from './run-note.ts';
import { createStateStore, type StateStore } from './state/state-store.ts';

const former = sampleInstance({ target: { kind: 'local' }, model: 'openai/gpt-5', nodeVersion: '24.21.0' });
const lastRun = 'r-0mhw3k2p1a-00000001' as RunId;
/** As a plan leaves it that was asked for another port. */
const planned: Instance = { ...former, port: 19_200, lastRun };

const backup = 'b-0123456789abcdef' as BackupId;
const way = { version: '2026.9.5', backup, at: '2026-11-21T10:00:00.000Z' };
const suspension = { at: way.at, by: 'guard' as const, because: 'CPU above 90 % for 5 min' };
const pendingUpdate = { version: '2026.9.7', from: way, isStill: false, phase: 'forward' as const };
/** What other doors, guards and watches write, and no plan of a deployment. */
const byOthers = {
  backups: backupPolicySchema.parse({ schedule: { every: 'day', hour: 3 } }),
  updates: { schedule: { every: 'day' as const, hour: 4 } },
  guard: { disk: { aboveBytes: 5_000_000_000 } },
  wayBack: way,
  leftState: { at: way.at, bytes: 17 },
  bots: ['4711'],
  providerKeyFingerprint: 'f',
  instructionsSha256: 's',
  token: { backend: 'memory' as const, key: 'gateway-token/i-0123456789abcdef' },
  rotation: { is: 'next' as const, secret: { backend: 'memory' as const, key: 'gateway-token-2/i-0123456789abcdef' } },
};

let dir: string;
let state: StateStore;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hardshell-instances-'));
  state = createStateStore(dir, {
    platform: process.platform,
    onProblem(error) {
      throw error;
    },
  });
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const read = (): Promise<Instance | undefined> => state.instances.get(former.id);
/** What another door makes of the record while somebody looks at a plan. */
const meanwhile = (more: Partial<Instance>): Promise<void> => state.instances.put(former.id, { ...former, ...more });

describe('the record before a deployment', () => {
  it('says what was planned, and keeps all that others wrote while somebody looked at the plan', async () => {
    await meanwhile(byOthers);
    await saveBeforeRun(state, planned, former);
    expect(await read()).toEqual({ ...former, ...byOthers, port: 19_200, lastRun });
  });

  it('of a new instance is what was planned', async () => {
    await saveBeforeRun(state, planned, undefined);
    expect(await read()).toEqual(planned);
  });

  it('is not as old as the plan of one that was cut short, and deployed by another door since', async () => {
    const begun: Instance = { ...former, phase: 'deploying' };
    await meanwhile({ phase: 'deployed' });
    await saveBeforeRun(state, { ...begun, lastRun }, begun);
    expect(await read()).toMatchObject({ phase: 'deployed', lastRun });
  });

  it.each([
    ['instance.suspended', { suspension }],
    ['update.unfinished', { pendingUpdate }],
  ] as const)('is left alone, and the run refused, by what no plan is made over: %s', async (code, more) => {
    await meanwhile(more);
    await expect(saveBeforeRun(state, planned, former)).rejects.toMatchObject({ code });
    expect(await read()).toEqual({ ...former, ...more });
  });

  it.each([
    { version: '2026.9.7', nodeVersion: '24.22.0' },
    { model: 'anthropic/claude' },
    { port: 19_300 },
    { limits: { memoryBytes: 3 * 1024 ** 3, cpus: 1 } },
  ])('is left alone, and the run refused, where the plan was made of what is not so any more: %j', async (more) => {
    await meanwhile(more);
    await expect(saveBeforeRun(state, planned, former)).rejects.toMatchObject({ code: 'usage.invalid' });
    expect(await read()).toEqual({ ...former, ...more });
  });

  it('may say already what was planned: two doors wanted the same', async () => {
    await meanwhile({ port: 19_200 });
    await saveBeforeRun(state, planned, former);
    expect(await read()).toEqual(planned);
  });

  it('is not made again of an instance that was removed meanwhile', async () => {
    await expect(saveBeforeRun(state, planned, former)).rejects.toMatchObject({ code: 'usage.invalid' });
    expect(await read()).toBeUndefined();
  });

  it('has a name that nobody else took meanwhile', async () => {
    await state.instances.put('i-fedcba9876543210' as Instance['id'], {
      ...former,
      id: 'i-fedcba9876543210' as Instance['id'],
    });
    await expect(saveBeforeRun(state, planned, undefined)).rejects.toMatchObject({ code: 'instance.exists' });
  });
});

describe('the record before a removal', () => {
  it('says that it goes, and keeps everything else as it is now', async () => {
    const more = { ...byOthers, suspension, pendingUpdate };
    await meanwhile(more);
    await saveBeforeRemoval(state, { ...former, lastRun });
    expect(await read()).toEqual({ ...former, ...more, phase: 'removing', lastRun });
  });

  it('is not made again where another door has removed it', async () => {
    await expect(saveBeforeRemoval(state, former)).rejects.toMatchObject({ code: 'instance.unknown' });
    expect(await read()).toBeUndefined();
  });
});

describe('what a run that never began takes back', () => {
  it('is what it wrote itself, and nothing that others have written since', async () => {
    await meanwhile({ lastRun: 'r-0mhw3k2p1a-00000000' as RunId });
    const before = await read();
    const note = await saveBeforeRun(state, planned, former);
    await state.instances.update(former.id, (old) => ({ ...(old ?? former), ...(byOthers as Partial<Instance>) }));
    await takeBack(state, note);
    expect(await read()).toEqual({ ...before, ...byOthers });
  });

  it('is nothing where another run has written itself down since', async () => {
    await meanwhile({});
    const note = await saveBeforeRun(state, planned, former);
    const other = { ...former, port: 19_200, pendingUpdate, lastRun: 'r-0mhw3k2p1a-00000002' as RunId };
    await state.instances.put(former.id, other);
    await takeBack(state, note);
    expect(await read()).toEqual(other);
  });

  it('is the whole record of an instance that there was not, unless another run goes on with it', async () => {
    const note = await saveBeforeRun(state, planned, undefined);
    await takeBack(state, note);
    expect(await read()).toBeUndefined();
    const again = await saveBeforeRun(state, planned, undefined);
    const other = { ...planned, lastRun: 'r-0mhw3k2p1a-00000002' as RunId };
    await state.instances.put(former.id, other);
    await takeBack(state, again);
    expect(await read()).toEqual(other);
  });

  it('does not bring back a record that was removed meanwhile', async () => {
    await meanwhile({});
    const note = await saveBeforeRun(state, planned, former);
    await state.instances.remove(former.id);
    await takeBack(state, note);
    expect(await read()).toBeUndefined();
  });
});

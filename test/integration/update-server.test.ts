import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serverLayout } from '../../src/core/openclaw/server-layout.ts';
import { isAppError } from '../../src/shared/app-error.ts';
import type { Instance } from '../../src/shared/model/instance.ts';
import type { RunSnapshot } from '../../src/shared/model/run.ts';
import type { Contents } from '../lab/contents.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { startNpmProxy, type NpmProxy } from '../lab/npm-proxy.ts';
import { openPerson } from '../lab/person.ts';
import { restorable, type Restorable } from '../lab/restorable.ts';
import { takesAllCases } from '../lab/seed.ts';
import { startServer, type LabServer } from '../lab/server.ts';
import { openTestCore, specFor, type TestCore } from '../lab/test-core.ts';
import { sabotage, type Sabotage } from '../lab/update-sabotage.ts';

const minutes = 60_000;
const [older, newer] = ['2026.9.5', '2026.9.6'];
const { stateDir } = serverLayout;
const AS_IT_WAS = { word: 'UTC', setting: 'Etc/UTC' };
const stages: readonly Sabotage[] = takesAllCases ? ['canary', 'swap', 'start', 'readiness'] : ['canary'];
/** Where everything of ours is killed, and how long after that has begun: staging, trying on a copy, and the swap are one command. */
const kills: readonly (readonly [step: string, afterSeconds: number])[] = takesAllCases
  ? [
      ['archive', 1],
      ['keep', 0],
      ['foresee', 5],
      ['mark', 0],
      ['upgrade', 10],
      ['upgrade', 60],
      ['upgrade', 110],
      ['upgrade', 150],
      ['settle', 0],
    ]
  : [];

// One story, told in order: every case goes on where the one before has ended.
describeWithLab('Updates of a server, and how they are taken back', () => {
  let server: LabServer;
  let proxy: NpmProxy;
  let person: TestCore;
  let research: Restorable;
  let kept: Contents;
  beforeAll(async () => {
    // No furnished one: a folder out of an image cannot be renamed, which is how OpenClaw swaps its own.
    server = await startServer();
    proxy = await startNpmProxy();
    person = await openTestCore({ knows: [server], registry: proxy.urlFromServers });
    await person.deploy(specFor(server, { name: 'research', version: older }));
    research = restorable(person.core, 'research', stateDir);
    await research.remember('UTC');
    await research.fill();
    await research.addKey();
    kept = await research.contents();
  }, 15 * minutes);
  afterAll(async () => {
    await person[Symbol.asyncDispose]();
    await proxy[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  const notes: string[] = [];
  const run = async (change: 'update' | 'rollback'): Promise<RunSnapshot> => {
    const { changes } = person.core;
    const preview = await changes.preview(
      'research',
      change === 'update' ? { kind: 'update', version: newer, reason: 'asked' } : { kind: 'rollback' },
    );
    notes.length = 0;
    return changes.start(preview.id, {
      onEvent: (event) => event.type === 'step.spoke' && notes.push(`${event.stepId}: ${event.line}`),
    });
  };
  const recordOf = async (): Promise<Instance | undefined> =>
    (await person.core.instances.list()).find(({ name }) => name === 'research');
  const expectServes = async (version: string): Promise<void> => {
    expect(await person.core.instances.status('research')).toMatchObject({ state: 'running', version });
    expect([await research.contents(), await research.read(), await research.hasKey()]).toEqual([
      kept,
      AS_IT_WAS,
      true,
    ]);
    expect((await research.run('openclaw --version')).trim()).toContain(version);
    // What an update that was taken back had made of the state is kept, and nothing else of ours lies there.
    expect((await server.sh(`ls -A ${stateDir} | grep hardshell | grep -vx .hardshell-before || :`)).trim()).toBe('');
  };

  it.each(stages)(
    'that fail at the %s end with the older version serving',
    { timeout: 40 * minutes },
    async (stage) => {
      const sabotaged = await sabotage(server, stage, newer);
      const failed = await run('update').catch((error: unknown) => error);
      await sabotaged[Symbol.asyncDispose]();
      expect(failed, notes.join('\n')).toMatchObject({ code: 'update.rolled-back' });
      await expectServes(older);
      const record = await recordOf();
      expect(record).toMatchObject({ version: older });
      expect(record?.pendingUpdate).toBeUndefined();
      expect((await person.core.backups.list('research')).filter(({ pinned }) => pinned)).toEqual([]);
    },
  );

  it('end with the newer one serving, and say how long nobody answered', { timeout: 30 * minutes }, async () => {
    expect(await run('update')).toMatchObject({ status: 'succeeded', kind: 'update' });
    await expectServes(newer);
    expect(notes).toContainEqual(expect.stringMatching(/did not answer for [\d.]+ s/));
    const record = await recordOf();
    expect(record).toMatchObject({ version: newer, wayBack: { version: older } });
    const pinned = (await person.core.backups.list('research')).filter((backup) => backup.pinned);
    expect(pinned.map(({ id }) => id)).toEqual([record?.wayBack?.backup]);
  });

  it.each(kills)(
    'that are killed in %s, after %i s, are gone on with',
    { timeout: 60 * minutes },
    async (step, after) => {
      await run('rollback');
      // The same person, in a process that can be killed.
      await using killable = await openPerson({
        env: { HARDSHELL_MIRROR_NPM: proxy.urlFromServers },
        folder: join(person.dataDir, '..'),
      });
      const cut = killable.start(['update', 'research', '--version', newer, '--yes', '--json']);
      expect(await cut.seen((line) => line.type === 'step.started' && line.stepId === step)).toBeDefined();
      await sleep(after * 1000);
      cut.kill('SIGKILL');
      await cut.ended;
      // What the next one finds may be past mending by going on: then it goes back, and the one after that is made.
      const next = await run('update').catch((error: unknown) => error);
      if (isAppError(next, 'update.rolled-back')) {
        await expectServes(older);
        await run('update');
      } else expect(next).toMatchObject({ status: 'succeeded' });
      await expectServes(newer);
      expect((await recordOf())?.wayBack?.version).toBe(older);
    },
  );

  it('do nothing where that version runs, and make no backup', { timeout: 5 * minutes }, async () => {
    const before = await person.core.backups.list('research');
    expect(await run('update')).toMatchObject({ status: 'succeeded', stats: { changes: 0, slowCalls: 0 } });
    expect(await person.core.backups.list('research')).toEqual(before);
  });

  if (takesAllCases)
    it('are taken back later: package and state together', { timeout: 30 * minutes }, async () => {
      await research.remember('GMT');
      expect(await run('rollback')).toMatchObject({ status: 'succeeded', kind: 'rollback' });
      await expectServes(older);
      expect((await recordOf())?.wayBack).toBeUndefined();
      await expect(run('rollback')).rejects.toMatchObject({ code: 'rollback.none' });
    });
});

import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunOptions } from '../../src/core/api.ts';
import type { Change } from '../../src/core/api-operations.ts';
import { CONTAINER_STATE_DIR, layoutCanary, layoutContainer } from '../../src/core/openclaw/container-layout.ts';
import type { Instance } from '../../src/shared/model/instance.ts';
import type { RunEvent, RunSnapshot } from '../../src/shared/model/run.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { docker } from '../lab/docker.ts';
import { openDockerPerson, ownName, type DockerPerson } from '../lab/docker-person.ts';
import { openclawImage } from '../lab/openclaw-image.ts';
import { restorable, type Restorable } from '../lab/restorable.ts';
import type { Contents } from '../lab/contents.ts';
import { takesAllCases } from '../lab/seed.ts';

const minutes = 60_000;
const NAME = ownName('renewed');
const [OLD, NEW] = ['2026.9.5', '2026.9.6'];
const AS_IT_WAS = { word: 'UTC', setting: 'Etc/UTC' };
const update: Change = { kind: 'update', version: NEW, reason: 'asked' };

// One story, told in order: every case goes on where the one before has ended.
describeWithLab('Updates of a container, and what takes them back', () => {
  let person: DockerPerson;
  let first: Restorable;
  let kept: Contents;
  beforeAll(async () => {
    await openclawImage(OLD);
    await openclawImage(NEW);
    person = await openDockerPerson();
    first = restorable(person.core, NAME, CONTAINER_STATE_DIR);
    await person.deploy(NAME, { version: OLD, image: 'build' });
    await first.remember('UTC');
    await first.fill();
    await first.addKey();
    kept = await first.contents();
  }, 25 * minutes);
  afterAll(() => person[Symbol.asyncDispose]());

  const record = async (): Promise<Instance> => {
    const found = (await person.core.instances.list())[0];
    if (found === undefined) throw new Error('There is no instance.');
    return found;
  };
  const change = async (what: Change, options: RunOptions = {}): Promise<RunSnapshot> => {
    const { id } = await person.core.changes.preview(NAME, what);
    return person.core.changes.start(id, options);
  };
  const programVersion = async (): Promise<string> => (await first.run('openclaw --version')).split(' ')[1] ?? '';
  const startedAt = async (): Promise<string> =>
    docker(['inspect', '--format', '{{.Id}} {{.State.StartedAt}}', layoutContainer(await record()).container]);
  /** Sessions, channels, the whole configuration, a file of the agent, a key. */
  const expectSame = async (): Promise<void> => {
    expect([await first.contents(), await first.read(), await first.hasKey()]).toEqual([kept, AS_IT_WAS, true]);
  };
  const expectTidy = async (): Promise<void> => {
    expect((await person.list('container')).length).toBe(1);
    // State, secrets, backups: no copy is left.
    expect((await person.list('volume')).length).toBe(3);
    // What an update that was taken back had made of the state is kept, and nothing else of ours lies there.
    expect(await first.run(`ls -A ${CONTAINER_STATE_DIR} | grep hardshell | grep -vx .hardshell-before || :`)).toBe('');
    expect((await record()).pendingUpdate).toBeUndefined();
  };

  it('is offered with what it needs, and nothing is changed by looking', { timeout: 5 * minutes }, async () => {
    const before = await startedAt();
    const offer = await person.core.updates.look(NAME, NEW);
    expect(offer).toMatchObject({ runs: OLD, version: NEW });
    expect(offer.newer).toContain(NEW);
    expect(offer.diskNeededBytes).toBeGreaterThan(1024 ** 3);
    expect(offer.diskFreeBytes).toBeGreaterThan(0);
    expect(await startedAt()).toBe(before);
  });

  it('one that fails on the copy touches nothing that runs', { timeout: 8 * minutes }, async () => {
    const before = await startedAt();
    const canary = layoutCanary(layoutContainer(await record())).container;
    let isKilled = false;
    const failing = change(update, {
      onEvent(event) {
        if (isKilled || event.type !== 'step.spoke' || !event.line.includes('the copy is loading')) return;
        isKilled = true;
        void docker(['kill', canary]);
      },
    });
    await expect(failing).rejects.toMatchObject({ code: 'update.failed' });
    expect(isKilled).toBe(true);
    expect([await startedAt(), (await record()).version]).toEqual([before, OLD]);
    expect([await first.contents(), await first.read()]).toEqual([kept, AS_IT_WAS]);
    await expectTidy();
  });

  it('one that does not come up is taken back in the same run', { timeout: 12 * minutes }, async () => {
    const { port } = await record();
    const stranger = createServer();
    const failing = change(update, {
      onEvent(event) {
        // Somebody takes its port in this moment, and gives it back.
        if (event.type === 'step.applied' && event.stepId === 'container') stranger.listen(port, '127.0.0.1');
        if (event.type === 'step.spoke' && event.line.includes('is put back')) stranger.close();
      },
    });
    const cause = { code: 'engine.port-taken' };
    await expect(failing).rejects.toMatchObject({ code: 'update.rolled-back', details: { cause } });
    expect([await programVersion(), (await record()).version]).toEqual([OLD, OLD]);
    await expectSame();
    expect(await person.core.instances.status(NAME)).toMatchObject({ state: 'running' });
    await expectTidy();
  });

  it(
    'leaves what it had made of the state out of backups, until somebody removes it',
    { timeout: 5 * minutes },
    async () => {
      const left = (await record()).leftState;
      expect(left?.bytes).toBeGreaterThan(0);
      const inArchive =
        'cd /tmp && openclaw backup create --output x.tar.gz >/dev/null && tar tzf x.tar.gz && rm x.tar.gz';
      const names = await first.run(inArchive);
      expect([names.includes('openclaw.sqlite'), names.includes('.hardshell-before')]).toEqual([true, false]);
      await change({ kind: 'forget' });
      expect(await first.run(`ls -A ${CONTAINER_STATE_DIR} | grep hardshell || :`)).toBe('');
      expect((await record()).leftState).toBeUndefined();
      expect((await change({ kind: 'forget' })).stats?.changes).toBe(0);
    },
  );

  it('tries it on a copy, takes over, and says how long nobody was answered', { timeout: 10 * minutes }, async () => {
    const events: RunEvent[] = [];
    await change(update, { onEvent: (event) => void events.push(event) });
    const lines = events.flatMap((event) => (event.type === 'step.spoke' ? [event.line] : []));
    expect(lines.join('\n')).toMatch(/came up on a copy of the state[^]*nobody was answered for \d+\.\d s/);
    expect([await programVersion(), await first.read()]).toEqual([NEW, AS_IT_WAS]);
    expect(await person.core.instances.status(NAME)).toMatchObject({ state: 'running', version: NEW });
    await expectSame();
    expect((await record()).wayBack).toMatchObject({ version: OLD });
    await expectTidy();
  });

  it('is nothing to do where it runs already', { timeout: 3 * minutes }, async () => {
    const before = await startedAt();
    const { backups } = person.core;
    const made = (await backups.list(NAME)).length;
    await change(update);
    expect([await startedAt(), (await backups.list(NAME)).length]).toEqual([before, made]);
  });

  it('is taken back with its state, and what came since is a backup', { timeout: 10 * minutes }, async () => {
    await first.remember('GMT');
    const { findings } = await person.core.changes.preview(NAME, { kind: 'rollback' });
    expect(findings).toMatchObject([{ id: 'lost', level: 'warn' }]);
    await change({ kind: 'rollback' });
    expect([await programVersion(), (await record()).version]).toEqual([OLD, OLD]);
    await expectSame();
    expect((await record()).wayBack).toBeUndefined();
    expect((await person.core.backups.list(NAME))[0]).toMatchObject({ reason: 'update', version: NEW });
    await expectTidy();
    await expect(person.core.changes.preview(NAME, { kind: 'rollback' })).rejects.toMatchObject({
      code: 'rollback.none',
    });
  });

  if (takesAllCases)
    it('goes on where it was cut short, and ends on the newer version', { timeout: 12 * minutes }, async () => {
      const stop = new AbortController();
      const cut = change(update, {
        signal: stop.signal,
        onEvent(event) {
          if (event.type === 'step.applied' && event.stepId === 'container') stop.abort();
        },
      });
      await expect(cut).rejects.toMatchObject({ code: 'run.cancelled' });
      expect((await record()).pendingUpdate).toMatchObject({ version: NEW, phase: 'forward', from: { version: OLD } });
      await change(update);
      expect([await programVersion(), (await record()).version]).toEqual([NEW, NEW]);
      await expectSame();
      const { wayBack } = await record();
      expect(wayBack).toMatchObject({ version: OLD });
      const kept = (await person.core.backups.list(NAME)).filter(({ pinned }) => pinned === true);
      expect(kept).toMatchObject([{ id: wayBack?.backup, reason: 'update', version: OLD }]);
      await expectTidy();
    });
});

import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CONTAINER_STATE_DIR, layoutContainer } from '../../src/core/openclaw/container-layout.ts';
import type { Backup } from '../../src/shared/model/backup.ts';
import type { Instance } from '../../src/shared/model/instance.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { docker } from '../lab/docker.ts';
import { openDockerPerson, ownName, type DockerPerson } from '../lab/docker-person.ts';
import { restorable, type Restorable } from '../lab/restorable.ts';
import { takesAllCases } from '../lab/seed.ts';

const minutes = 60_000;
const FIRST = ownName('first');
const SECOND = ownName('second');
const AS_IT_WAS = { word: 'UTC', setting: 'Etc/UTC' };

// One story, told in order: every case goes on where the one before has ended.
describeWithLab('Backups of a container, and what they bring back', () => {
  let person: DockerPerson;
  let first: Restorable;
  let backup: Backup;
  beforeAll(async () => {
    person = await openDockerPerson();
    first = restorable(person.core, FIRST, CONTAINER_STATE_DIR);
    await person.deploy(FIRST);
  }, 15 * minutes);
  afterAll(() => person[Symbol.asyncDispose]());

  const instanceOf = async (name: string): Promise<Instance> => {
    const found = (await person.core.instances.list()).find((one) => one.name === name);
    if (found === undefined) throw new Error(`There is no ${name}.`);
    return found;
  };
  const startedAt = async (): Promise<string> =>
    docker([
      'inspect',
      '--format',
      '{{.State.StartedAt}} {{.State.Running}}',
      layoutContainer(await instanceOf(FIRST)).container,
    ]);
  const fileHere = ({ copies }: Backup): string => copies.find(({ at }) => at === 'here')?.path ?? '';

  it('is made while it runs, and lies on the machine and here, encrypted', { timeout: 5 * minutes }, async () => {
    await first.remember('UTC');
    await first.addKey();
    const before = await startedAt();
    backup = await first.backUp();
    expect(backup).toMatchObject({ place: 'docker', reason: 'asked', version: '2026.9.6' });
    expect(backup.copies.map(({ at }) => at)).toEqual(['machine', 'here']);
    expect((await readFile(fileHere(backup))).subarray(0, 21).toString()).toBe('age-encryption.org/v1');
    expect(await startedAt()).toBe(before);
    expect((await person.list('container')).length).toBe(1);
  });

  it('is put in place of what was changed since', { timeout: 8 * minutes }, async () => {
    await first.remember('GMT');
    expect(await first.read()).toEqual({ word: 'GMT', setting: 'Etc/GMT' });
    const run = await first.restore(backup.id);
    expect(run.status).toBe('succeeded');
    expect(await first.read()).toEqual(AS_IT_WAS);
    expect(await first.run(`ls -A ${CONTAINER_STATE_DIR} | grep hardshell || :`)).toBe('');
    expect(await person.core.instances.status(FIRST)).toMatchObject({ state: 'running' });
    // What was there before is a backup itself.
    const [newest] = await person.core.backups.list(FIRST);
    expect(newest).toMatchObject({ reason: 'restore' });
    expect((await person.list('container')).length).toBe(1);
  });

  it('one with a flipped bit is refused, and nothing was touched', { timeout: 5 * minutes }, async () => {
    const path = fileHere(backup);
    const whole = await readFile(path);
    const spoiled = Buffer.from(whole);
    spoiled.writeUInt8(spoiled.readUInt8(spoiled.length - 100) ^ 1, spoiled.length - 100);
    await writeFile(path, spoiled);
    const before = await startedAt();
    await expect(first.restore(backup.id)).rejects.toMatchObject({ code: 'backup.damaged' });
    expect(await startedAt()).toBe(before);
    expect(await first.run(`ls -A ${CONTAINER_STATE_DIR} | grep hardshell || :`)).toBe('');
    await writeFile(path, whole);
  });

  if (takesAllCases)
    it('goes on where it was cut short, once folders were swapped', { timeout: 8 * minutes }, async () => {
      await first.remember('GMT');
      const stop = new AbortController();
      const cut = first.restore(backup.id, {
        signal: stop.signal,
        onEvent(event) {
          if (event.type === 'step.applied' && event.stepId === 'swap') stop.abort();
        },
      });
      await expect(cut).rejects.toMatchObject({ code: 'run.cancelled' });
      expect(await startedAt()).toContain('false');
      await first.restore(backup.id);
      expect(await first.read()).toEqual(AS_IT_WAS);
    });

  if (takesAllCases)
    it('puts back what was there when the gateway does not come up on it', { timeout: 8 * minutes }, async () => {
      await first.remember('GMT');
      const { port } = await instanceOf(FIRST);
      const stranger = createServer();
      const restoring = first.restore(backup.id, {
        onEvent(event) {
          // Somebody takes its port in this moment, and gives it back.
          if (event.type === 'step.applied' && event.stepId === 'swap') stranger.listen(port, '127.0.0.1');
          if (event.type === 'step.spoke' && event.line.includes('is put back')) stranger.close();
        },
      });
      const cause = { code: 'engine.port-taken' };
      await expect(restoring).rejects.toMatchObject({ code: 'restore.failed', details: { cause } });
      expect(await first.read()).toEqual({ word: 'GMT', setting: 'Etc/GMT' });
      expect(await person.core.instances.status(FIRST)).toMatchObject({ state: 'running' });
      expect(await first.run(`ls -A ${CONTAINER_STATE_DIR} | grep hardshell || :`)).toBe('');
      await first.remember('UTC');
    });

  it('brings a new instance to the same state, which keeps its own token', { timeout: 12 * minutes }, async () => {
    await person.deploy(SECOND);
    const second = restorable(person.core, SECOND, CONTAINER_STATE_DIR);
    const token = await person.core.instances.token((await instanceOf(SECOND)).id);
    await second.restore(backup.id);
    expect([await second.read(), await second.hasKey()]).toEqual([AS_IT_WAS, true]);
    const config = await second.run(`cat ${CONTAINER_STATE_DIR}/openclaw.json`);
    expect(config.includes(token.reveal())).toBe(true);
    expect(await person.core.instances.status(SECOND)).toMatchObject({ state: 'running' });
    expect(await person.core.instances.status(FIRST)).toMatchObject({ state: 'running' });
  });

  if (takesAllCases)
    it('is made of one that is suspended, which stays so', { timeout: 5 * minutes }, async () => {
      await person.core.instances.suspend(FIRST, { by: 'person', because: 'a test' });
      const made = await first.backUp();
      expect(made.bytes).toBeGreaterThan(10_000);
      expect(await startedAt()).toContain('false');
      await first.restore(made.id);
      expect(await startedAt()).toContain('false');
      expect(await person.core.instances.status(FIRST)).toMatchObject({ state: 'suspended' });
      await person.core.instances.resume(FIRST);
      expect(await first.read()).toEqual(AS_IT_WAS);
    });
});

import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { layoutContainer } from '../../src/core/openclaw/container-layout.ts';
import { toAppError } from '../../src/shared/app-error.ts';
import type { Instance } from '../../src/shared/model/instance.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { docker, tryDocker } from '../lab/docker.ts';
import { openDockerPerson, ownName, type DockerPerson } from '../lab/docker-person.ts';
import { openclawImage } from '../lab/openclaw-image.ts';
import { openTestCore } from '../lab/test-core.ts';

const minutes = 60_000;
const NAME = ownName('twin');

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'succeeded',
    (error: unknown) => toAppError(error).code,
  );

async function only(person: DockerPerson): Promise<Instance> {
  const [instance, ...others] = await person.core.instances.list();
  if (instance === undefined || others.length > 0) throw new Error('There is not one instance.');
  return instance;
}

// One story, told in order: every case goes on where the one before has ended.
describeWithLab('more than one panel on an engine', () => {
  const ada: { person?: DockerPerson } = {};
  const bob: { person?: DockerPerson } = {};
  const of = ({ person }: { person?: DockerPerson }): DockerPerson => {
    if (person === undefined) throw new Error('Nobody is there.');
    return person;
  };
  const vanishing = `lab/vanishing-${randomBytes(4).toString('hex')}:1`;
  beforeAll(async () => {
    ada.person = await openDockerPerson();
    bob.person = await openDockerPerson();
    await docker(['tag', await openclawImage(), vanishing]);
  });
  afterAll(async () => {
    await ada.person?.[Symbol.asyncDispose]();
    await bob.person?.[Symbol.asyncDispose]();
    await tryDocker(['rmi', vanishing]);
  }, 4 * minutes);

  it('two people who make one of the same name at once do not meet', { timeout: 10 * minutes }, async () => {
    const done = await Promise.all([of(ada).deploy(NAME), of(bob).deploy(NAME, { image: vanishing })]);
    expect(done.map(({ run }) => run.status)).toEqual(['succeeded', 'succeeded']);
    const [hers, his] = [await only(of(ada)), await only(of(bob))];
    expect(hers.port).not.toBe(his.port);
    expect(hers.container?.subnet).not.toBe(his.container?.subnet);
    expect(layoutContainer(hers).container).not.toBe(layoutContainer(his).container);
    for (const { core } of [of(ada), of(bob)]) {
      expect(await core.instances.status(NAME)).toMatchObject({ state: 'running' });
    }
  });

  it('two panels of one person: the second is refused while the first works', { timeout: 8 * minutes }, async () => {
    const { core, test } = of(ada);
    await using second = await openTestCore({ dataDir: dirname(test.dataDir) });
    await docker(['rm', '--force', layoutContainer(await only(of(ada))).container]);
    const outcomes: Promise<string>[] = [];
    const change = async (): Promise<void> => {
      const limits = { memoryBytes: 3 * 1024 ** 3, cpus: 1.5 };
      const preview = await second.core.changes.preview(NAME, { kind: 'limits', limits });
      await second.core.changes.start(preview.id);
    };
    const again = await test.deploy(await of(ada).spec(NAME), {
      onEvent: (event) => {
        if (event.type === 'step.started' && event.stepId === 'gateway') outcomes.push(codeOf(change()));
      },
    });
    expect(again.run.status).toBe('succeeded');
    expect(await Promise.all(outcomes)).toEqual(['lease.held']);
    // Refused, and nothing of it kept: the next one is free to try.
    expect((await only(of(ada))).limits).not.toMatchObject({ cpus: 1.5 });
    expect(await codeOf(change())).toBe('succeeded');
    expect(await core.instances.status(NAME)).toMatchObject({ state: 'running' });
  });

  it(
    'an image that is taken away in the middle of it is told, and nothing is lost when it comes back',
    { timeout: 8 * minutes },
    async () => {
      const { core, test } = of(bob);
      const before = await only(of(bob));
      const token = (await core.instances.token(before.id)).reveal();
      await docker(['rm', '--force', layoutContainer(before).container]);
      let taken = 0;
      const wish = await of(bob).spec(NAME, { image: vanishing });
      const broken = await codeOf(
        test.deploy(wish, {
          onEvent: (event) => {
            if (event.type !== 'step.checked' || event.stepId !== 'image') return;
            // Before the next step can begin.
            execFileSync('docker', ['rmi', vanishing]);
            taken += 1;
          },
        }),
      );
      expect(taken).toBe(1);
      expect(broken).toBe('image.gone');
      // No registry has it: what is missing is said, and the instance is what it was.
      expect(await codeOf(test.deploy(wish))).toMatch(/^image\.(not-found|denied|unreachable)$/);
      await docker(['tag', await openclawImage(), vanishing]);
      expect((await test.deploy(wish)).run.status).toBe('succeeded');
      expect(await only(of(bob))).toMatchObject({ id: before.id, port: before.port, container: before.container });
      expect((await core.instances.token(before.id)).reveal()).toBe(token);
    },
  );
});

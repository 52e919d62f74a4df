import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Change } from '../../src/core/api-operations.ts';
import { CONTAINER_STATE_DIR, layoutCanary, layoutContainer } from '../../src/core/openclaw/container-layout.ts';
import type { Instance } from '../../src/shared/model/instance.ts';
import type { RunEvent } from '../../src/shared/model/run.ts';
import type { Contents } from '../lab/contents.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { docker, tryDocker } from '../lab/docker.ts';
import { openDockerPerson, ownName, type DockerPerson } from '../lab/docker-person.ts';
import { openclawImage } from '../lab/openclaw-image.ts';
import { openPerson } from '../lab/person.ts';
import { restorable, type Restorable } from '../lab/restorable.ts';
import { labRunId } from '../lab/run.ts';

const minutes = 60_000;
const [OLD, NEW] = ['2026.9.5', '2026.9.6'];
const NAME = ownName('matrix');
const AS_IT_WAS = { word: 'UTC', setting: 'Etc/UTC' };
const update: Change = { kind: 'update', version: NEW, reason: 'asked' };

/** What OpenClaw does instead: ends at once, or answers that it is not ready and gives up. */
const broken = {
  start: '#!/bin/sh\nexit 3\n',
  readiness: `#!/usr/bin/env node
require("node:http").createServer((_, reply) => { reply.writeHead(503); reply.end('{"ready":false,"failing":["lab"]}'); }).listen(18789);
setTimeout(() => process.exit(78), 8000);
`,
} as const;

/** Whether something that runs was touched when everything of ours is killed there. */
const TOUCHED = { archive: false, keep: false, image: false, canary: false, mark: false } as const;
const killed = ['container', 'service', 'gateway', 'checks', 'settle', 'tidy'] as const;

// One story, told in order: every case goes on where the one before has ended.
describeWithLab('Every way in which an update of a container can go wrong', () => {
  /** Names of its own, so that what is behind them can be changed. */
  const repository = `hardshell-lab/matrix-${labRunId()}`;
  const [older, newer] = [`${repository}:${OLD}`, `${repository}:${NEW}`];
  let good = '';
  let person: DockerPerson;
  let first: Restorable;
  let kept: Contents;
  beforeAll(async () => {
    good = await openclawImage(NEW);
    await docker(['tag', await openclawImage(OLD), older]);
    await docker(['tag', good, newer]);
    person = await openDockerPerson();
    first = restorable(person.core, NAME, CONTAINER_STATE_DIR);
    await person.deploy(NAME, { version: OLD, image: older });
    await first.remember('UTC');
    await first.fill();
    await first.addKey();
    kept = await first.contents();
  }, 25 * minutes);
  afterAll(async () => {
    await person[Symbol.asyncDispose]();
    await docker(['image', 'rm', '--force', older, newer]);
  });

  const record = async (): Promise<Instance> => {
    const found = (await person.core.instances.list())[0];
    if (found === undefined) throw new Error('There is no instance.');
    return found;
  };
  const change = async (what: Change, onEvent?: (event: RunEvent) => void): Promise<void> => {
    const { id } = await person.core.changes.preview(NAME, what);
    await person.core.changes.start(id, onEvent === undefined ? {} : { onEvent });
  };
  const expectServes = async (version: string): Promise<void> => {
    expect(await person.core.instances.status(NAME)).toMatchObject({ state: 'running', version });
    expect((await record()).version).toBe(version);
    expect((await record()).pendingUpdate).toBeUndefined();
    expect((await first.run('openclaw --version')).split(' ')[1]).toBe(version);
    expect([await first.contents(), await first.read(), await first.hasKey()]).toEqual([kept, AS_IT_WAS, true]);
    expect([(await person.list('container')).length, (await person.list('volume')).length]).toEqual([1, 3]);
    expect(await first.run(`ls -A ${CONTAINER_STATE_DIR} | grep hardshell | grep -vx .hardshell-before || :`)).toBe('');
  };
  const breakNewer = (how: keyof typeof broken): Promise<string> =>
    docker(
      ['build', '--network', 'none', '--tag', newer, '-'],
      `FROM ${good}\nUSER root\nRUN node -e 'const fs = require("fs"), at = "/usr/local/bin/openclaw"; fs.rmSync(at); fs.writeFileSync(at, Buffer.from("${Buffer.from(broken[how]).toString('base64')}", "base64"), { mode: 0o755 })'\nUSER node\n`,
    );

  const sabotage: Readonly<Record<string, (event: RunEvent, canary: string) => Promise<unknown> | undefined>> = {
    canary: (event, canary) =>
      event.type === 'step.spoke' && event.line.includes('the copy is loading') ? docker(['kill', canary]) : undefined,
    swap: (event) =>
      event.type === 'step.started' && event.stepId === 'container'
        ? docker(['image', 'rm', '--force', newer])
        : undefined,
    start: (event) => (event.type === 'step.applied' && event.stepId === 'canary' ? breakNewer('start') : undefined),
    readiness: (event) =>
      event.type === 'step.applied' && event.stepId === 'canary' ? breakNewer('readiness') : undefined,
  };

  it.each(Object.entries(sabotage))(
    'that fails at the %s ends with the older version serving, and what it held',
    { timeout: 30 * minutes },
    async (stage, strike) => {
      const { container } = layoutCanary(layoutContainer(await record()));
      let struck: Promise<unknown> | undefined;
      const failed = await change(update, (event) => {
        struck ??= strike(event, container);
      }).catch((error: unknown) => error);
      await struck;
      await docker(['tag', good, newer]);
      expect(failed).toMatchObject({ code: stage === 'canary' ? 'update.failed' : 'update.rolled-back' });
      expect(struck).toBeDefined();
      await expectServes(OLD);
    },
  );

  it('has a case for every step', { timeout: 5 * minutes }, async () => {
    const preview = await person.core.changes.preview(NAME, update);
    await person.core.deployments.discard(preview.id);
    expect(preview.steps.map(({ id }) => id)).toEqual([...Object.keys(TOUCHED), ...killed]);
  });

  /** By the same person, in a process that can be killed. */
  const killIn = async (step: string): Promise<void> => {
    await using killable = await openPerson({ folder: join(person.test.dataDir, '..') });
    const cut = killable.start(['update', NAME, '--version', NEW, '--yes', '--json']);
    // A step that has nothing to do is only looked at.
    const begun = await cut.seen(
      (line) =>
        'stepId' in line &&
        line.stepId === step &&
        (line.type === 'step.started' || (line.type === 'step.checked' && line.check.is === 'satisfied')),
    );
    cut.kill('SIGKILL');
    const { stdout } = await cut.ended;
    expect(begun, stdout.slice(-3000)).toBeDefined();
  };
  const converge = async (): Promise<void> => {
    await change(update);
    await expectServes(NEW);
    expect((await record()).wayBack).toMatchObject({ version: OLD });
  };

  it(
    'that is killed in every step before it touches what runs is made in the end',
    { timeout: 40 * minutes },
    async () => {
      for (const step of Object.keys(TOUCHED)) {
        await killIn(step);
        expect(await person.core.instances.status(NAME)).toMatchObject({ state: 'running', version: OLD });
      }
      await converge();
    },
  );

  it.each(killed)('that is killed in %s is gone on with by the next', { timeout: 40 * minutes }, async (step) => {
    await change({ kind: 'rollback' });
    await expectServes(OLD);
    await killIn(step);
    await converge();
  });

  it('of one that stands still is tried, made, and leaves it so', { timeout: 30 * minutes }, async () => {
    await change({ kind: 'rollback' });
    await person.core.instances.suspend(NAME, { by: 'person', because: 'a case of a test' });
    await expect(person.core.changes.preview(NAME, update)).rejects.toMatchObject({ code: 'update.suspended' });
    await person.core.instances.resume(NAME);
    await person.core.instances.stop(NAME);
    const lines: string[] = [];
    await change(update, (event) => event.type === 'step.spoke' && lines.push(event.line));
    expect(lines.join('\n')).toContain('came up on a copy of the state');
    const { container } = layoutContainer(await record());
    expect((await tryDocker(['inspect', '--format', '{{.State.Running}}', container])).stdout.trim()).toBe('false');
    expect((await record()).version).toBe(NEW);
    await person.core.instances.start(NAME);
    await expect
      .poll(async () => (await person.core.instances.status(NAME)).state, { timeout: 10 * minutes, interval: 2000 })
      .toBe('running');
    await expectServes(NEW);
  });
});

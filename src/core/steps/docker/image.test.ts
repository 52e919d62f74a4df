import { describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/app-error.ts';
import type { Check } from '../../../shared/model/run.ts';
import { FakeEngine, type FakeEngineOptions } from '../../container-engine/fake/fake-engine.ts';
import { createFakeHost } from '../../host/fake/fake-host.ts';
import { labelNames } from '../../openclaw/container-layout.ts';
import { chooseImage } from '../../openclaw/image-choice.ts';
import { recipeLabel } from '../../openclaw/image-recipe.ts';
import type { ApplyContext, Step } from '../step.ts';
import type { BuildSupplies } from './image-build.ts';
import { imageStep, type FoundImage } from './image.ts';

const mirror = 'ghcr.io/openclaw/openclaw';
const own = `${mirror}:2026.9.6`;
const supplies: BuildSupplies = { registry: 'https://npm.example.com', readCertificates: () => Promise.resolve('') };

interface Stage {
  readonly engine: FakeEngine;
  readonly acts: string[];
  readonly notes: string[];
  readonly found: FoundImage[];
  readonly step: Step;
  readonly context: ApplyContext;
  /** As the runner does: check, apply where needed, check. */
  readonly run: () => Promise<Check>;
}

function stage(
  choice: string | undefined,
  {
    signal = new AbortController().signal,
    engine = new FakeEngine(),
  }: { signal?: AbortSignal; engine?: FakeEngine } = {},
): Stage {
  const acts: string[] = [];
  const notes: string[] = [];
  const found: FoundImage[] = [];
  const refuse = (): never => {
    throw new Error('It has nothing to do with the machine itself.');
  };
  const context: ApplyContext = {
    read: refuse,
    host: createFakeHost(),
    signal,
    change: refuse,
    changeOk: refuse,
    act: (doing, work) => {
      acts.push(doing);
      return work(signal);
    },
    note: (line) => notes.push(line),
    progress: () => undefined,
  };
  const step = imageStep({
    engine: { open: () => Promise.resolve(engine), find: () => Promise.resolve(engine) },
    source: chooseImage({ choice, version: '2026.9.6', mirror }),
    supplies,
    onFound: (image) => found.push(image),
  });
  const run = async (): Promise<Check> => {
    const before = await step.check(context);
    if (before.is === 'satisfied') return before;
    await step.apply(context);
    return step.check(context);
  };
  return { engine, acts, notes, found, step, context, run };
}

const withEngine = (options: FakeEngineOptions): { engine: FakeEngine } => ({ engine: new FakeEngine(options) });
const leftContainers = (engine: FakeEngine): number => engine.state.containers.size;

describe('a fetched image', () => {
  it('is pulled, tried once, and named for the container; the second run changes nothing', async () => {
    const { engine, acts, found, run, step, context } = stage(undefined, withEngine({ registry: [own] }));
    expect(await step.check(context)).toMatchObject({ is: 'needed', because: `the engine does not have ${own}` });
    expect(await run()).toMatchObject({ is: 'satisfied' });
    expect(acts).toEqual([`Fetching the image ${own}`, `Trying the image ${own}`]);
    expect(found).toEqual([{ reference: own, id: engine.state.images.get(own)?.id }]);
    expect(leftContainers(engine)).toBe(0);
    const { changes } = engine.traffic;
    expect(await run()).toMatchObject({ is: 'satisfied' });
    expect(engine.traffic.changes).toBe(changes);
  });

  it('is named by the digest that its registry gave it', async () => {
    const { engine, found, run } = stage(undefined);
    const digest = `${mirror}@sha256:${'b'.repeat(64)}`;
    engine.addImage(own, { digests: [digest] });
    await run();
    expect(found.map((image) => image.reference)).toEqual([digest]);
  });

  it('that an instance was made from is known to be good', async () => {
    const { engine, acts, run } = stage('my/claw:1', withEngine({ images: ['my/claw:1'] }));
    await engine.containers.create({
      name: 'openclaw-other',
      image: 'my/claw:1',
      hostname: 'other',
      env: {},
      labels: { [labelNames.instance]: 'i_0' },
      init: true,
      network: { name: 'other', address: '10.213.0.2' },
      volumes: {},
      publish: [],
      memoryBytes: 1,
      cpus: 1,
      pids: 1,
      restart: 'no',
      stopSeconds: 1,
      capabilities: [],
      logs: { maxBytes: 1, files: 1 },
    });
    expect(await run()).toMatchObject({ is: 'satisfied' });
    expect(acts).toEqual([]);
  });

  it.each([
    ['ends with an error', { exitCode: 127, lines: ['sh: 1: exec: openclaw: not found'] }],
    ['says something else', { exitCode: 0, lines: ['hello'] }],
  ])('that %s is refused, and what tried it is gone', async (_how, ended) => {
    const { engine, run } = stage('my/claw:1', withEngine({ images: ['my/claw:1'], run: () => ended }));
    await expect(run()).rejects.toMatchObject({
      code: 'image.foreign',
      details: { image: 'my/claw:1', lastLines: ended.lines },
    });
    expect(leftContainers(engine)).toBe(0);
  });

  it('that cannot even be started is refused', async () => {
    const { engine, run } = stage('my/claw:1', withEngine({ images: ['my/claw:1'] }));
    engine.failNext('containers.start', new AppError('engine.failed', { details: { reason: 'exec format error' } }));
    await expect(run()).rejects.toMatchObject({ code: 'image.foreign' });
    expect(leftContainers(engine)).toBe(0);
  });

  it('is not blamed for an engine that goes away meanwhile', async () => {
    const { engine, run } = stage('my/claw:1', withEngine({ images: ['my/claw:1'] }));
    engine.failNext('containers.start', new AppError('engine.unreachable'));
    await expect(run()).rejects.toMatchObject({ code: 'engine.unreachable' });
  });

  it('that was removed by hand is fetched again', async () => {
    const { engine, acts, run } = stage(undefined, withEngine({ registry: [own] }));
    await run();
    await engine.images.remove(own);
    expect(await run()).toMatchObject({ is: 'satisfied' });
    expect(acts.filter((doing) => doing.startsWith('Fetching'))).toHaveLength(2);
  });

  it('of OpenClaw itself that there is not: another version, or a build', async () => {
    await expect(stage(undefined).run()).rejects.toMatchObject({
      code: 'image.not-found',
      message: `There is no image ${own}.`,
      hint: expect.stringMatching(/--image build/) as unknown,
    });
  });

  it('whose registry cannot be reached can be built instead', async () => {
    const { engine, run } = stage(undefined);
    engine.failNext('images.pull', new AppError('image.unreachable'));
    await expect(run()).rejects.toMatchObject({
      code: 'image.unreachable',
      hint: expect.stringMatching(/--image build/) as unknown,
    });
  });
});

describe('a built image', () => {
  it('is built from the recipe and needs no trying; the second run changes nothing', async () => {
    const { engine, acts, run } = stage('build');
    expect(await run()).toMatchObject({ is: 'satisfied' });
    expect(acts).toEqual([expect.stringMatching(/^Building the image hardshell\/openclaw:2026\.9\.6-[0-9a-f]{12}$/)]);
    const { changes } = engine.traffic;
    expect(await run()).toMatchObject({ is: 'satisfied' });
    expect(engine.traffic.changes).toBe(changes);
  });

  it('is not what somebody else has given that name', async () => {
    const { engine, step, context, run } = stage('build');
    const { reference } = chooseImage({ choice: 'build', version: '2026.9.6', mirror });
    engine.addImage(reference, { labels: { [recipeLabel]: 'another' } });
    expect(await step.check(context)).toMatchObject({ is: 'needed' });
    expect(await run()).toMatchObject({ is: 'satisfied' });
  });

  it('waits for an engine that comes with an earlier step', async () => {
    const { context } = stage('build');
    const source = chooseImage({ choice: 'build', version: '2026.9.6', mirror });
    const none = { open: () => Promise.reject(new AppError('engine.missing')), find: () => Promise.resolve(undefined) };
    const step = imageStep({ engine: none, source, supplies, onFound: () => undefined });
    expect(await step.check(context)).toMatchObject({ is: 'needed', because: 'there is no engine yet' });
  });

  it('a disk that is full in the middle is told as that, and no image is left', async () => {
    const { engine, run } = stage('build');
    engine.failNext('images.build', new AppError('disk.full'));
    await expect(run()).rejects.toMatchObject({ code: 'disk.full' });
    expect(engine.state.images.size).toBe(0);
  });

  it('so is a full disk that only npm speaks of, and the build is ended', async () => {
    const { engine, run } = stage('build');
    const build = sayWhileBuilding(engine, [
      '\u001b[91mnpm warn tar TAR_ENTRY_ERROR ENOSPC: no space left on device, write\u001b[0m',
    ]);
    await expect(run()).rejects.toMatchObject({ code: 'disk.full' });
    expect(build.isEnded()).toBe(true);
  });

  it('what npm says of the network becomes our sentence, and its requests are not repeated', async () => {
    const { engine, run } = stage('build');
    const lastLines = [
      'npm http fetch GET 200 https://npm.example.com/openclaw 3ms',
      '\u001b[91mnpm error code ECONNREFUSED\u001b[0m',
    ];
    engine.failNext('images.build', new AppError('image.build-failed', { details: { lastLines } }));
    await expect(run()).rejects.toMatchObject({
      code: 'registry.unreachable',
      details: { lastLines: ['npm error code ECONNREFUSED'] },
    });
  });

  it('that cannot get what it is built upon says so', async () => {
    const { engine, run } = stage('build');
    engine.failNext('images.build', new AppError('image.unreachable'));
    await expect(run()).rejects.toMatchObject({
      code: 'image.unreachable',
      message: expect.stringMatching(/Node\.js/) as unknown,
      hint: expect.stringMatching(/node:24-bookworm-slim/) as unknown,
    });
  });

  it('is built once for ten who need it at once', async () => {
    const engine = new FakeEngine();
    const all = Array.from({ length: 10 }, () => stage('build', { engine }));
    const results = await Promise.all(all.map(({ run }) => run()));
    expect(results.every(({ is }) => is === 'satisfied')).toBe(true);
    expect(engine.traffic.changes).toBe(1);
    expect(all.every(({ notes }) => notes.some((line) => line.startsWith('# OpenClaw')))).toBe(true);
  });

  it('fails for all who wait, and the next who asks begins anew', async () => {
    const engine = new FakeEngine();
    engine.failNext('images.build', new AppError('disk.full'));
    const all = Array.from({ length: 3 }, () => stage('build', { engine }));
    const results = await Promise.allSettled(all.map(({ run }) => run()));
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(engine.traffic.changes).toBe(1);
    expect(await all[0]?.run()).toMatchObject({ is: 'satisfied' });
  });

  it('goes on with the next who waits when the one who began is cancelled', async () => {
    const engine = new FakeEngine();
    const stop = new AbortController();
    const build = sayWhileBuilding(engine, []);
    const first = stage('build', { engine, signal: stop.signal });
    const second = stage('build', { engine });
    const cancelled = first.run();
    await build.begun;
    const waiting = second.run();
    stop.abort(new AppError('run.cancelled'));
    await expect(cancelled).rejects.toMatchObject({ code: 'run.cancelled' });
    expect(await waiting).toMatchObject({ is: 'satisfied' });
    expect(build.isEnded()).toBe(true);
  });
});

/** The engine's next build says these lines and then goes on until it is ended. */
function sayWhileBuilding(engine: FakeEngine, lines: readonly string[]): { begun: Promise<void>; isEnded(): boolean } {
  const images = engine.images as { build: FakeEngine['images']['build'] };
  const usual = images.build;
  let isEnded = false;
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  images.build = (_spec, onProgress, { signal } = {}) => {
    images.build = usual;
    begin();
    return new Promise((_resolve, reject) => {
      const end = (): void => {
        isEnded = true;
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', end, { once: true });
      for (const line of lines) onProgress({ line });
    });
  };
  return { begun, isEnded: () => isEnded };
}

import { describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/app-error.ts';
import { ContractBench, contractCommands, describeEnginePort } from '../container-engine.contract.ts';
import { FakeEngine, type FakeExec, type FakeOutcome } from './fake-engine.ts';

const image = 'contract:1';

const exec: FakeExec = async (spec, { input, killed }) => {
  if (spec.argv === contractCommands.echo.argv) return { stdout: await input, stderr: 'problem\n', code: 7 };
  return new Promise<FakeOutcome>((resolve) => {
    killed.addEventListener('abort', () => resolve({ code: 143 }), { once: true });
  });
};

/** What several ways to one engine share. */
const shared = new FakeEngine({ images: [image], exec, usageEveryMs: 10 });

/** Another way to the same engine: closing it leaves the engine as it is. */
function openShared(): Promise<FakeEngine> {
  const way = new FakeEngine({ images: [image], exec, usageEveryMs: 10, look: { id: 'the-same' } });
  for (const part of ['containers', 'networks', 'volumes', 'images'] as const) {
    Object.assign(way.state, { [part]: shared.state[part] });
  }
  return Promise.resolve(way);
}

describeEnginePort('a fake engine', { open: openShared, image, subnetByte: 210 });

describe('a fake engine', () => {
  it('does what a test wants to go wrong, once', async () => {
    await using engine = new FakeEngine({ images: [image] });
    const bench = new ContractBench(engine, { open: openShared, image, subnetByte: 210 });
    await bench.prepare();
    const lost = new AppError('engine.unreachable');
    engine.failNext('containers.create', lost, 'after');
    await expect(engine.containers.create(bench.spec())).rejects.toBe(lost);
    expect(await engine.containers.find(bench.name)).toMatchObject({ state: 'created' });
    engine.failNext('images.build', new AppError('disk.full'));
    const recipe = { tag: 'a:1', dockerfile: 'FROM b', args: {}, labels: {} };
    await expect(engine.images.build(recipe, () => undefined)).rejects.toMatchObject({ code: 'disk.full' });
    expect(await engine.images.find('a:1')).toBeUndefined();
    expect((await engine.images.build(recipe, () => undefined)).tags).toEqual(['a:1']);
  });

  it('knows strangers on ports, deaths by memory, and restarts', async () => {
    await using engine = new FakeEngine({ images: [image] });
    const bench = new ContractBench(engine, { open: openShared, image, subnetByte: 210 });
    await bench.prepare();
    engine.state.foreignPorts.add(4000);
    const publish = [{ address: '127.0.0.1', port: 4000, containerPort: 80 }];
    const id = await engine.containers.create(bench.spec({ publish }));
    await expect(engine.containers.start(id)).rejects.toMatchObject({
      code: 'engine.port-taken',
      details: { port: 4000 },
    });
    engine.state.foreignPorts.clear();
    await engine.containers.start(id);
    engine.endContainer(id, 137, true);
    expect(await engine.containers.find(id)).toMatchObject({ state: 'exited', exitCode: 137, isOomKilled: true });
    await engine.containers.start(id);
    await engine.containers.update(id, { restart: 'unless-stopped' });
    engine.endContainer(id, 1);
    expect(await engine.containers.find(id)).toMatchObject({ state: 'running', restarts: 1 });
    const gaps: string[] = [];
    const stop = new AbortController();
    const watching = engine.watch({}, { onEvent: () => undefined, onGap: () => void gaps.push('gap') }, stop.signal);
    await expect.poll(() => gaps).toHaveLength(1);
    engine.restartEngine();
    expect(gaps).toHaveLength(2);
    expect((await engine.containers.find(id))?.state).toBe('running');
    stop.abort();
    await watching;
  });
});

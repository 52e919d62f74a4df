import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ContainerEngine } from '../../src/core/container-engine/container-engine.ts';
import type { Host } from '../../src/core/host/host.ts';
import { openLocalHost } from '../../src/core/host/local/local-host.ts';
import { chooseImage, type ImageWish } from '../../src/core/openclaw/image-choice.ts';
import { imageStep, type FoundImage } from '../../src/core/steps/docker/image.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { docker, tryDocker } from '../lab/docker.ts';
import { startImageRegistry, type ImageRegistry } from '../lab/image-registry.ts';
import { accessTo, openLabEngine } from '../lab/openclaw-image.ts';
import { runLabel } from '../lab/run.ts';
import { createStepBench, failure, type StepBench } from '../lab/step-bench.ts';

const version = '2026.9.6';

/** As small as what says that it is an OpenClaw can be. */
const RECIPE = `FROM debian:bookworm-slim
RUN printf '#!/bin/sh\\necho OpenClaw ${version}\\n' >/usr/local/bin/openclaw && chmod +x /usr/local/bin/openclaw`;

describeWithLab('an image from a registry', () => {
  const made = `lab/small-${randomBytes(4).toString('hex')}:1`;
  let registry: ImageRegistry;
  let engine: ContainerEngine;
  let host: Host;
  beforeAll(async () => {
    await docker(['build', '--tag', made, '--label', runLabel(), '-'], RECIPE);
    registry = await startImageRegistry(made, 'openclaw/openclaw', version);
    await docker(['rmi', made]);
    engine = await openLabEngine();
    host = await openLocalHost();
  });
  afterAll(async () => {
    await tryDocker([
      'rmi',
      '--force',
      `${registry.repository}:${version}`,
      `${registry.repository}@${registry.digest}`,
    ]);
    await host[Symbol.asyncDispose]();
    await engine[Symbol.asyncDispose]();
    await registry[Symbol.asyncDispose]();
  });

  const wish = (before?: ImageWish['before']): ImageWish => ({
    choice: undefined,
    version,
    mirror: registry.repository,
    ...(before === undefined ? {} : { before }),
  });
  const run = async (wanted: ImageWish): Promise<{ bench: StepBench; found: FoundImage[] }> => {
    const bench = createStepBench(host);
    const found: FoundImage[] = [];
    const step = imageStep({
      engine: accessTo(engine),
      source: chooseImage(wanted),
      supplies: { registry: '', readCertificates: () => Promise.resolve('') },
      onFound: (image) => found.push(image),
    });
    expect(await bench.run(step)).toMatchObject({ is: 'satisfied' });
    return { bench, found };
  };

  test('is fetched by its version, tried, and known by its digest from then on', async () => {
    const reference = `${registry.repository}:${version}`;
    const pinned = `${registry.repository}@${registry.digest}`;
    const { bench, found } = await run(wish());
    expect(bench.acts).toEqual([`Fetching the image ${reference}`, `Trying the image ${reference}`]);
    expect(found.map((image) => image.reference)).toEqual([pinned]);

    // Gone from the engine: the instance gets exactly the same again, whatever the tag means by now.
    await docker(['rmi', '--force', reference]);
    const again = await run(wish({ choice: undefined, version, image: pinned }));
    expect(again.bench.acts[0]).toBe(`Fetching the image ${pinned}`);
    expect(again.found.map(({ reference: name, id }) => [name, id])).toEqual([[pinned, found[0]?.id]]);
  });

  test('that it does not have: another version, or a build', async () => {
    const source = chooseImage({ ...wish(), version: '2026.9.99' });
    const supplies = { registry: '', readCertificates: () => Promise.resolve('') };
    const step = imageStep({ engine: accessTo(engine), source, supplies, onFound: () => undefined });
    expect(await failure(createStepBench(host).apply(step))).toMatchObject({
      code: 'image.not-found',
      hint: expect.stringMatching(/--image build/) as unknown,
    });
  });
});

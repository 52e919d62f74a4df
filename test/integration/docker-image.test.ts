import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { recipeLabel, recipeSum } from '../../src/core/openclaw/image-recipe.ts';
import { chooseImage } from '../../src/core/openclaw/image-choice.ts';
import { openLocalHost } from '../../src/core/host/local/local-host.ts';
import { imageStep } from '../../src/core/steps/docker/image.ts';
import { readExtraCertificates } from '../../src/core/system/extra-certificates.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { docker, tryDocker } from '../lab/docker.ts';
import { freePort } from '../lab/free-port.ts';
import { accessTo, openclawImage, openLabEngine } from '../lab/openclaw-image.ts';
import { testedOpenClaw } from '../lab/openclaw-install.ts';
import { runLabel } from '../lab/run.ts';
import { createStepBench, failure } from '../lab/step-bench.ts';

const nothingToBuildWith = { registry: 'http://127.0.0.1:9', readCertificates: () => Promise.resolve('') };

describeWithLab('the image of OpenClaw', () => {
  test('built from our recipe: an account without rights, and nothing left of the build', async () => {
    const image = await openclawImage();
    await using engine = await openLabEngine();
    const look = await engine.images.find(image);
    expect(look).toMatchObject({
      user: 'node',
      labels: { [recipeLabel]: recipeSum, 'org.opencontainers.image.version': testedOpenClaw },
    });
    expect(look?.tags).toContain(image); // not alone: another run may have named the same image
    const inside = ['id -u', 'ls -A /tmp', 'cd; stat -c "%a %U" .openclaw .config/openclaw', 'git --version'].join(';');
    const said = await docker(['run', '--rm', '--network=none', '--label', runLabel(), image, 'sh', '-c', inside]);
    expect(said.split('\n')).toEqual(['1000', '700 node', '700 node', expect.stringMatching(/^git version/)]);
  });

  test('there already: nothing is changed', async () => {
    const reference = await openclawImage();
    await using engine = await openLabEngine();
    await using host = await openLocalHost();
    const bench = createStepBench(host);
    for (const choice of ['build', reference]) {
      const found: unknown[] = [];
      const step = imageStep({
        engine: accessTo(engine),
        source: chooseImage({ choice, version: testedOpenClaw, mirror: 'ghcr.io/openclaw/openclaw' }),
        supplies: nothingToBuildWith,
        onFound: (image) => found.push(image.reference),
      });
      expect(await bench.run(step)).toMatchObject({ is: 'satisfied' });
      expect(found).toEqual([reference]);
    }
    expect(bench.acts).toEqual([]);
  });

  test('run alone, without rights, it answers and its health is seen', async () => {
    const image = await openclawImage();
    const port = await freePort();
    const name = `hardshell-${randomBytes(4).toString('hex')}`;
    await docker([
      ...['run', '--detach', '--name', name, '--label', runLabel(), '--publish', `127.0.0.1:${port}:18789`],
      ...['--cap-drop=ALL', '--security-opt=no-new-privileges', '--memory=2g', '--health-interval=10s'],
      ...['--env', 'OPENCLAW_GATEWAY_TOKEN=of-a-test', image],
      ...['openclaw', 'gateway', '--allow-unconfigured', '--bind', 'lan', '--port', '18789'],
    ]);
    try {
      await expect
        .poll(
          () =>
            fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(5_000) }).then(
              (answer) => answer.ok,
              () => false,
            ),
          { timeout: 300_000 },
        )
        .toBe(true);
      const health = ['inspect', '--format', '{{.State.Health.Status}}', name];
      await expect.poll(() => docker(health), { timeout: 120_000 }).toBe('healthy');
    } finally {
      await tryDocker(['rm', '--force', '--volumes', name]);
    }
  });

  test('an image with something else in it is refused, and what tried it is gone', async () => {
    await using engine = await openLabEngine();
    await using host = await openLocalHost();
    const source = chooseImage({ choice: 'node:24-bookworm-slim', version: testedOpenClaw, mirror: '' });
    const step = imageStep({
      engine: accessTo(engine),
      source,
      supplies: nothingToBuildWith,
      onFound: () => undefined,
    });
    const bench = createStepBench(host);
    expect(await bench.check(step)).toMatchObject({ is: 'needed' });
    const error = await failure(bench.apply(step));
    expect(error).toMatchObject({ code: 'image.foreign' });
    expect(JSON.stringify(error.details)).toMatch(/openclaw: not found/);
    expect(await docker(['ps', '--all', '--quiet', '--filter', 'label=dev.hardshell.role=proof'])).toBe('');
  });

  test('one that is not ours and holds an OpenClaw is tried once', async () => {
    const built = await openclawImage();
    const tag = `lab/foreign-${randomBytes(4).toString('hex')}:1`;
    // As somebody else would make it: without our label.
    await docker(['build', '--tag', tag, '--label', runLabel(), '-'], `FROM ${built}\nLABEL ${recipeLabel}=\n`);
    try {
      await using engine = await openLabEngine();
      await using host = await openLocalHost();
      const bench = createStepBench(host);
      const source = chooseImage({ choice: tag, version: testedOpenClaw, mirror: '' });
      const step = imageStep({
        engine: accessTo(engine),
        source,
        supplies: nothingToBuildWith,
        onFound: () => undefined,
      });
      expect(await bench.run(step)).toMatchObject({ is: 'satisfied' });
      expect(bench.acts).toEqual([`Trying the image ${tag}`]);
    } finally {
      await tryDocker(['rmi', tag]);
    }
  });

  test('a registry of packages that nobody answers at: told as that, and no image is left', async () => {
    await using engine = await openLabEngine();
    await using host = await openLocalHost();
    // A version of its own, so that nobody else waits for it; the same certificates, so that it adds nothing to what is there.
    const source = chooseImage({ choice: 'build', version: '2026.9.1', mirror: '' });
    const supplies = { ...nothingToBuildWith, readCertificates: () => readExtraCertificates(process.env) };
    const step = imageStep({ engine: accessTo(engine), source, supplies, onFound: () => undefined });
    const error = await failure(createStepBench(host).apply(step));
    expect(error).toMatchObject({ code: 'registry.unreachable' });
    expect(await engine.images.find(source.reference)).toBeUndefined();
  });

  test('a registry of images that nobody answers at: building is named as the other way', async () => {
    await using engine = await openLabEngine();
    await using host = await openLocalHost();
    const source = chooseImage({ choice: undefined, version: testedOpenClaw, mirror: '127.0.0.1:9/openclaw/openclaw' });
    const step = imageStep({
      engine: accessTo(engine),
      source,
      supplies: nothingToBuildWith,
      onFound: () => undefined,
    });
    const error = await failure(createStepBench(host).apply(step));
    expect(error).toMatchObject({ code: 'image.unreachable', hint: expect.stringMatching(/--image build/) as unknown });
  });
});

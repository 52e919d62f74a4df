import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { tryLock } from '../../scripts/process-lock.mjs';
import type { ContainerEngine } from '../../src/core/container-engine/container-engine.ts';
import { openLocalEngine } from '../../src/core/container-engine/open-local-engine.ts';
import { openLocalHost } from '../../src/core/host/local/local-host.ts';
import { chooseImage } from '../../src/core/openclaw/image-choice.ts';
import { officialRegistry } from '../../src/core/openclaw/registry.ts';
import type { EngineAccess } from '../../src/core/steps/docker/engine-access.ts';
import { imageStep } from '../../src/core/steps/docker/image.ts';
import { readExtraCertificates } from '../../src/core/system/extra-certificates.ts';
import { testedOpenClaw } from './openclaw-install.ts';
import { labCacheDir } from './run.ts';
import { createStepBench } from './step-bench.ts';

const pollMs = 500;

/** The engine of this machine, as the product finds it. */
export function openLabEngine(): Promise<ContainerEngine> {
  return openLocalEngine({ env: process.env, homeDir: homedir(), platform: process.platform });
}

/** An engine that is there, for the steps of a plan. */
export function accessTo(engine: ContainerEngine): EngineAccess {
  return { open: () => Promise.resolve(engine), find: () => Promise.resolve(engine) };
}

/**
 * The image of OpenClaw on the engine of this machine, as the product builds it: once a machine, and again when the recipe
 * changes. Hands back its reference, which is what `--image` takes.
 */
export async function openclawImage(version = testedOpenClaw): Promise<string> {
  await using engine = await openLabEngine();
  const source = chooseImage({ choice: 'build', version, mirror: '' });
  const step = imageStep({
    engine: accessTo(engine),
    source,
    supplies: {
      registry: process.env['HARDSHELL_LAB_REGISTRY'] ?? officialRegistry,
      readCertificates: () => readExtraCertificates(process.env),
    },
    onFound: () => undefined,
  });
  await using host = await openLocalHost();
  const bench = createStepBench(host);
  await mkdir(labCacheDir(), { recursive: true });
  for (;;) {
    if ((await bench.check(step)).is === 'satisfied') return source.reference;
    const release = tryLock(join(labCacheDir(), `image-${source.reference.replaceAll(/\W/g, '-')}.lock`));
    if (release === null) await new Promise((resolve) => setTimeout(resolve, pollMs));
    else {
      try {
        await bench.run(step);
      } finally {
        release();
      }
    }
  }
}

import { spawn } from 'node:child_process';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openHostEngine } from '../../src/core/container-engine/open-host-engine.ts';
import type { Host } from '../../src/core/host/host.ts';
import { chooseImage } from '../../src/core/openclaw/image-choice.ts';
import { officialRegistry } from '../../src/core/openclaw/registry.ts';
import { imageStep } from '../../src/core/steps/docker/image.ts';
import { dockerEngineStep } from '../../src/core/steps/server/docker-engine.ts';
import { readExtraCertificates } from '../../src/core/system/extra-certificates.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { openDockerExecHost } from '../lab/docker-exec-host.ts';
import { accessTo } from '../lab/openclaw-image.ts';
import { testedOpenClaw } from '../lab/openclaw-install.ts';
import { startServer, type LabServer } from '../lab/server.ts';
import { createStepBench, failure } from '../lab/step-bench.ts';

/** Room for what the image is built upon, and not for what is built upon it. */
const ENGINE_DISK = '800m';
const BASE = 'node:24-bookworm-slim';

describeWithLab('an image on an engine with little room', () => {
  let server: LabServer;
  let host: Host;
  beforeAll(async () => {
    server = await startServer({ dockerArgs: ['--tmpfs', `/var/lib/docker:exec,size=${ENGINE_DISK}`] });
    host = openDockerExecHost(server.id);
    await createStepBench(host).run(dockerEngineStep({ repository: 'http://127.0.0.1:9' }));
    await loadInto(server, BASE);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  test('a disk that is full in the middle of a build: said so, and nothing half made is left', async () => {
    await using engine = await openHostEngine(host);
    const source = chooseImage({ choice: 'build', version: testedOpenClaw, mirror: '' });
    const supplies = { registry: officialRegistry, readCertificates: () => readExtraCertificates(process.env) };
    const step = imageStep({ engine: accessTo(engine), source, supplies, onFound: () => undefined });
    const error = await failure(createStepBench(host).apply(step));
    expect(error).toMatchObject({ code: 'disk.full' });
    expect(await engine.images.find(source.reference)).toBeUndefined();
    // The engine clears away what it was making when the build is called off.
    await expect.poll(() => server.sh('docker ps --all --quiet'), { timeout: 60_000 }).toBe('');
    expect(await server.sh(`docker image inspect --format ok ${BASE}`)).toBe('ok\n');
    const free = Number(await server.sh('df --output=avail --block-size=1M /var/lib/docker | tail -n 1'));
    expect(free).toBeGreaterThan(200);
  });
});

/** Without a registry of images: from this machine's engine to the server's. */
async function loadInto(server: LabServer, image: string): Promise<void> {
  const save = spawn('docker', ['save', image], { stdio: ['ignore', 'pipe', 'inherit'] });
  const load = spawn('docker', ['exec', '--interactive', server.id, 'docker', 'load', '--quiet'], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const loaded = new Promise<void>((resolve, reject) => {
    load.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`docker load ended with ${String(code)}`));
    });
  });
  await Promise.all([pipeline(save.stdout, load.stdin), loaded]);
}

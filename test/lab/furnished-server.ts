import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { tryLock } from '../../scripts/process-lock.mjs';
import { PREFERRED_NODE, readNodeSources } from '../../src/core/openclaw/node-release.ts';
import { createRegistry } from '../../src/core/openclaw/registry.ts';
import { serverLayout } from '../../src/core/openclaw/server-layout.ts';
import { accountStep } from '../../src/core/steps/server/account.ts';
import { nodeRuntimeStep } from '../../src/core/steps/server/node-runtime.ts';
import { openclawPackageStep } from '../../src/core/steps/server/openclaw-package.ts';
import { docker, tryDocker } from './docker.ts';
import { openDockerExecHost } from './docker-exec-host.ts';
import { startNpmProxy } from './npm-proxy.ts';
import { testedOpenClaw } from './openclaw-install.ts';
import { labCacheDir } from './run.ts';
import { startServer, type LabServer, type ServerOptions } from './server.ts';
import { createStepBench } from './step-bench.ts';

const pollMs = 500;

/**
 * A server on which Node.js and OpenClaw lie already, as the product's own steps put them there, and nothing else: no
 * configuration, no service. For tests of what comes after an install; not for updates: a folder out of an image cannot be
 * renamed. What has changed in those steps since the image was made
 * a deployment makes good.
 */
export async function startFurnishedServer(options: Omit<ServerOptions, 'image'> = {}): Promise<LabServer> {
  return startServer({ ...options, image: await furnishedImage(testedOpenClaw) });
}

/** Made once a machine. */
async function furnishedImage(version: string): Promise<string> {
  const tag = `hardshell-lab/furnished:${version}-${PREFERRED_NODE}`;
  await mkdir(labCacheDir(), { recursive: true });
  for (;;) {
    if ((await tryDocker(['image', 'inspect', tag])).code === 0) return tag;
    const release = tryLock(join(labCacheDir(), `image-${tag.replaceAll(/\W/g, '-')}.lock`));
    if (release === null) await new Promise((resolve) => setTimeout(resolve, pollMs));
    else {
      try {
        await furnish(version, tag);
      } finally {
        release();
      }
    }
  }
}

async function furnish(version: string, tag: string): Promise<void> {
  await using server = await startServer();
  await using npm = await startNpmProxy();
  const url = npm.urlFromServers.replace(/\/+$/, '');
  const registry = createRegistry({ url });
  const bench = createStepBench(openDockerExecHost(server.id));
  const place = { platform: 'linux', arch: process.arch === 'arm64' ? 'arm64' : 'x64' } as const;
  const mirrors = { npm: url, node: 'https://nodejs.org/dist', installer: '' };
  for (const step of [
    accountStep(serverLayout),
    nodeRuntimeStep(serverLayout, PREFERRED_NODE, (signal) =>
      readNodeSources(registry, mirrors, PREFERRED_NODE, place, signal),
    ),
    openclawPackageStep(serverLayout, version, url),
  ]) {
    const check = await bench.run(step);
    if (check.is !== 'satisfied') throw new Error(`${step.title}: ${check.because}`);
  }
  // The account's own service manager ends as in a shutdown: its files are whole.
  await server.sh('sync');
  await server.stop();
  // Without the label of this run: what has it goes with the run.
  await docker(['commit', '--change', 'LABEL hardshell.lab.run=', server.id, tag]);
}

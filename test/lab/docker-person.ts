import { randomBytes } from 'node:crypto';
import { labelNames } from '../../src/core/openclaw/container-layout.ts';
import type { DeploymentSpecInput } from '../../src/shared/model/spec.ts';
import { docker } from './docker.ts';
import { openclawImage } from './openclaw-image.ts';
import { testedOpenClaw } from './openclaw-install.ts';
import { openTestCore, type Deployed, type TestCore, type TestCoreOptions } from './test-core.ts';

/** Somebody's Hardshell on the lab's own engine. What it has made there goes with it. */
export interface DockerPerson extends AsyncDisposable {
  readonly core: TestCore['core'];
  readonly test: TestCore;
  /** Ids of what belongs to this person's installation. */
  list(kind: 'container' | 'network' | 'volume'): Promise<string[]>;
  spec(name: string, more?: Partial<DeploymentSpecInput>): Promise<DeploymentSpecInput>;
  deploy(name: string, more?: Partial<DeploymentSpecInput>, deadlineMs?: number): Promise<Deployed>;
}

/**
 * A name that no other run uses: an engine that has a container of that name already, of whosever Hardshell, is refused,
 * and one that was cut off leaves its container behind.
 */
export function ownName(word: string): string {
  return `${word}-${randomBytes(3).toString('hex')}`;
}

export async function openDockerPerson(options: TestCoreOptions = {}): Promise<DockerPerson> {
  const test = await openTestCore(options);
  const installations = new Set<string>();
  const list = async (kind: 'container' | 'network' | 'volume'): Promise<string[]> => {
    const found: string[] = [];
    for (const id of installations) {
      const filter = ['--filter', `label=${labelNames.installation}=${id}`];
      const said = await docker([kind, 'ls', ...(kind === 'container' ? ['--all'] : []), '--quiet', ...filter]);
      found.push(...said.split('\n').filter((line) => line !== ''));
    }
    return found;
  };
  const spec = async (name: string, more: Partial<DeploymentSpecInput> = {}): Promise<DeploymentSpecInput> => ({
    name,
    target: { kind: 'docker' },
    version: testedOpenClaw,
    image: await openclawImage(),
    ...more,
  });
  return {
    core: test.core,
    test,
    list,
    spec,
    deploy: async (name, more, deadlineMs) =>
      test.deploy(await spec(name, more), {
        ...(deadlineMs === undefined ? {} : { deadlineMs }),
        onEvent: (event) => {
          if (event.type === 'run.started') installations.add(event.installation);
        },
      }),
    async [Symbol.asyncDispose]() {
      const [containers, networks, volumes] = [await list('container'), await list('network'), await list('volume')];
      if (containers.length > 0) await docker(['container', 'rm', '--force', ...containers]);
      if (networks.length > 0) await docker(['network', 'rm', ...networks]);
      if (volumes.length > 0) await docker(['volume', 'rm', ...volumes]);
      await test[Symbol.asyncDispose]();
    },
  };
}

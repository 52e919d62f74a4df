import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Preview } from '../../src/core/index.ts';
import { layoutLocal, type LocalLayout } from '../../src/core/steps/local/local-layout.ts';
import { connectSupervisor } from '../../src/core/supervisor/client.ts';
import { layoutSupervisor } from '../../src/core/supervisor/supervisor-layout.ts';
import type { Instance } from '../../src/shared/model/instance.ts';
import { deploymentSpecSchema, type DeploymentSpecInput } from '../../src/shared/model/spec.ts';
import { openTestCore, type Deployed, type TestCore } from '../lab/test-core.ts';
import { tempDataDir } from '../lab/temp-data-dir.ts';
import { endWithTest } from './end-with-test.ts';
import { fakeVersion, type FakeSupplies } from './fake-supplies.ts';
import { untilGone } from './gateway-lab.ts';

const superviseScript = fileURLToPath(new URL('./supervise.ts', import.meta.url));

type Wish = Partial<DeploymentSpecInput>;

/** A computer that knows nothing of Hardshell yet, with small stand-ins for what is downloaded. */
export interface LocalHome extends AsyncDisposable {
  readonly core: TestCore['core'];
  readonly dataDir: string;
  preview(wish?: Wish): Promise<Preview>;
  deploy(wish?: Wish): Promise<Deployed>;
  remove(how: { readonly purge: boolean }): Promise<Preview>;
  instance(name?: string): Promise<Instance>;
  layout(name?: string): Promise<LocalLayout>;
}

export async function openLocalHome(supplies: FakeSupplies): Promise<LocalHome> {
  const folder = await tempDataDir();
  const ending = endWithTest(folder.path);
  const dataDir = join(folder.path, 'data');
  const test = await openTestCore({
    dataDir: folder.path,
    registry: supplies.url,
    deps: {
      env: { ...process.env, MY_API_KEY: 'sk-of-the-shell' },
      supervisorCommand: [process.execPath, superviseScript, dataDir],
    },
  });
  const { core } = test;
  const specOf = (wish: Wish): DeploymentSpecInput => ({
    name: 'home',
    target: { kind: 'local' },
    version: fakeVersion,
    ...wish,
  });
  const instance = async (name = 'home'): Promise<Instance> => {
    const found = (await core.instances.list()).find((one) => one.name === name);
    if (found === undefined) throw new Error(`There is no ${name}.`);
    return found;
  };
  return {
    core,
    dataDir,
    preview: (wish = {}) => core.deployments.preview(deploymentSpecSchema.parse(specOf(wish))),
    deploy: (wish = {}) => test.deploy(specOf(wish)),
    async remove(how) {
      const preview = await core.removals.preview('home', how);
      await core.removals.start(preview.id);
      return preview;
    },
    instance,
    layout: async (name) => layoutLocal(dataDir, await instance(name), process.platform),
    async [Symbol.asyncDispose]() {
      const client = await connectSupervisor(layoutSupervisor(dataDir, process.platform, tmpdir()));
      if (client !== undefined) {
        const { process: identity } = await client.call('ping', {});
        await client.call('shutdown', { gateways: 'stop' });
        await client[Symbol.asyncDispose]();
        await untilGone(identity.pid);
      }
      await test[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
      ending[Symbol.dispose]();
    },
  };
}

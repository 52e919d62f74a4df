import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createCore, type Core, type CoreDeps } from '../../src/core/index.ts';
import type { RunEvent, RunSnapshot } from '../../src/shared/model/run.ts';
import { deploymentSpecSchema, type DeploymentSpecInput } from '../../src/shared/model/spec.ts';
import type { ConnectOptions, Preview, RunOptions } from '../../src/core/index.ts';
import type { LabServer } from './server.ts';
import { tempDataDir } from './temp-data-dir.ts';

export interface TestCore extends AsyncDisposable {
  readonly core: Core;
  readonly dataDir: string;
  /** Everything that core said to its log. */
  readonly log: string[];
  /** Preview and start in one go, as `--yes` does. */
  deploy(spec: DeploymentSpecInput, options?: ConnectOptions & RunOptions): Promise<Deployed>;
}

export interface Deployed {
  readonly preview: Preview;
  readonly run: RunSnapshot;
  readonly events: readonly RunEvent[];
}

export interface TestCoreOptions {
  /** Servers whose host keys are in the known_hosts of this person. */
  readonly knows?: readonly LabServer[];
  readonly registry?: string;
  /** Address of the official installer. */
  readonly installer?: string;
  readonly deps?: Partial<CoreDeps>;
  /** Continue in this data folder instead of a new one; it is then left alone. */
  readonly dataDir?: string;
}

/** One person's Hardshell, with a home and a data folder of its own. */
export async function openTestCore(options: TestCoreOptions = {}): Promise<TestCore> {
  const folder = options.dataDir === undefined ? await tempDataDir() : undefined;
  const dataDir = options.dataDir ?? folder?.path ?? '';
  const homeDir = join(dataDir, 'home');
  await mkdir(join(homeDir, '.ssh'), { recursive: true, mode: 0o700 });
  let index = 0;
  for (const server of options.knows ?? []) {
    await copyFile(
      server.knownHostsFile,
      join(homeDir, '.ssh', index === 0 ? 'known_hosts' : `known_hosts${String(index + 1)}`),
    );
    index += 1;
  }
  const log: string[] = [];
  const core = createCore({
    dataDir: join(dataDir, 'data'),
    homeDir,
    platform: process.platform,
    arch: process.arch,
    env: process.env,
    userName: 'tester',
    who: 'tester@lab',
    version: '0.0.0-test',
    mirrors: {
      // A door takes the slash off what a person wrote.
      npm: (options.registry ?? 'https://registry.npmjs.org').replace(/\/+$/, ''),
      node: 'https://nodejs.org/dist',
      installer: options.installer ?? 'https://openclaw.ai/install.sh',
    },
    supervisorCommand: ['false'],
    log: (entry) => log.push(JSON.stringify(entry)),
    ...options.deps,
  });
  return {
    core,
    dataDir: join(dataDir, 'data'),
    log,
    async deploy(input, { onEvent, deadlineMs, ...connect } = {}) {
      const events: RunEvent[] = [];
      const preview = await core.deployments.preview(deploymentSpecSchema.parse(input), connect);
      const run = await core.deployments.start(preview.id, {
        ...(connect.signal === undefined ? {} : { signal: connect.signal }),
        ...(deadlineMs === undefined ? {} : { deadlineMs }),
        onEvent: (event) => {
          events.push(event);
          onEvent?.(event);
        },
      });
      return { preview, run, events };
    },
    async [Symbol.asyncDispose]() {
      await core[Symbol.asyncDispose]();
      await folder?.[Symbol.asyncDispose]();
    },
  };
}

/** How a test names a lab server in a spec. */
export function specFor(server: LabServer, input: Omit<DeploymentSpecInput, 'target'>): DeploymentSpecInput {
  return {
    ...input,
    target: { kind: 'ssh', host: server.host, port: server.sshPort, user: 'root', identityFile: server.identityFile },
  };
}

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const launcher = fileURLToPath(new URL('../../bin/hardshell', import.meta.url));

/** A test that failed half-way has left what outlives every door. */
export async function endGateways(env: NodeJS.ProcessEnv): Promise<void> {
  const list = await run(process.execPath, [launcher, 'list', '--json'], { env });
  const { instances = [] } = JSON.parse(list.stdout.trim().split('\n').at(-1) ?? '{}') as {
    instances?: { name: string; target: { kind: string } }[];
  };
  for (const { name, target } of instances) {
    if (target.kind === 'local') await run(process.execPath, [launcher, 'remove', name, '--purge', '--yes'], { env });
  }
}

import { tmpdir } from 'node:os';
import type { CoreDeps } from '../api.ts';
import type { SupervisorClient } from './client.ts';
import { connectSupervisor } from './client.ts';
import { ensureSupervisor } from './ensure-supervisor.ts';
import { openGatewayRecords, runSupervisor } from './supervisor.ts';
import { layoutSupervisor, type SupervisorLayout } from './supervisor-layout.ts';

type Deps = { readonly deps: CoreDeps };

function layoutOf({ deps }: Deps): SupervisorLayout {
  return layoutSupervisor(deps.dataDir, deps.platform, tmpdir());
}

/** The body of `hardshell supervise`. */
export async function superviseDataFolder({ deps }: Deps, signal: AbortSignal): Promise<void> {
  const outcome = await runSupervisor({ ...deps, tmpDir: tmpdir() }, signal);
  if (outcome === 'already-running') deps.log({ level: 'info', message: 'another supervisor serves this data folder' });
}

/** The supervisor of this data folder, started where none runs. The caller disposes the connection. */
export function openSupervisor({ deps }: Deps, signal?: AbortSignal): Promise<SupervisorClient> {
  return ensureSupervisor({ ...deps, tmpDir: tmpdir() }, signal);
}

/** As `openSupervisor`, but starts nothing: undefined where none runs. */
export function findSupervisor(services: Deps): Promise<SupervisorClient | undefined> {
  return connectSupervisor(layoutOf(services));
}

/**
 * Starts the supervisor where gateways should run and nobody looks after them: after a reboot, or when it was killed. For
 * every door to call when it is opened; cheap where there is nothing to do.
 */
export async function wakeSupervisor(services: Deps): Promise<void> {
  const records = await openGatewayRecords(layoutOf(services), services.deps.log).list();
  if (!records.some(({ wanted, gaveUp }) => wanted === 'running' && gaveUp === undefined)) return;
  await using client = await openSupervisor(services);
  await client.call('list', {});
}

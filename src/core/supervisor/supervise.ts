import { tmpdir } from 'node:os';
import type { CoreDeps } from '../api-deps.ts';
import type { InstanceId } from '../../shared/model/ids.ts';
import { connectSupervisor, type SupervisorClient } from './client.ts';
import { fingerprint, shouldRun, type GatewayRecord, type GatewayStatus } from './definition.ts';
import { ensureSupervisor } from './ensure-supervisor.ts';
import { openGatewayRecords, runSupervisor } from './supervisor.ts';
import { layoutSupervisor } from './supervisor-layout.ts';

type Services = { readonly deps: CoreDeps };

/** How a door reaches the supervisor of its data folder. Who is given a connection disposes it. */
export interface SupervisorAccess {
  /** Undefined where none runs; starts nothing. */
  find(): Promise<SupervisorClient | undefined>;
  /** Starts one where none runs. */
  open(signal?: AbortSignal): Promise<SupervisorClient>;
  /** Whether it looks after this gateway, or would if it ran. */
  isKnown(id: InstanceId): Promise<boolean>;
  /** What there is to say of a gateway while no supervisor runs. */
  readStopped(id: InstanceId): Promise<GatewayStatus | undefined>;
}

/** The body of `hardshell supervise`. */
export async function superviseDataFolder({ deps }: Services, signal: AbortSignal): Promise<void> {
  const outcome = await runSupervisor({ ...deps, tmpDir: tmpdir() }, signal);
  if (outcome === 'already-running') deps.log({ level: 'info', message: 'another supervisor serves this data folder' });
}

export function createSupervisorAccess({ deps }: Services): SupervisorAccess {
  const layout = layoutSupervisor(deps.dataDir, deps.platform, tmpdir());
  const records = openGatewayRecords(layout, deps.log);
  return {
    find: () => connectSupervisor(layout),
    open: (signal) => ensureSupervisor({ ...deps, tmpDir: tmpdir() }, signal),
    isKnown: async (id) => (await records.get(id)) !== undefined,
    async readStopped(id) {
      const record = await records.get(id);
      return record === undefined ? undefined : describeStopped(record);
    },
  };
}

/**
 * Starts the supervisor where gateways should run and nobody looks after them: after a reboot, or when it was killed. For
 * every door to call when it is opened; cheap where there is nothing to do.
 */
export async function wakeSupervisor(services: Services): Promise<void> {
  const layout = layoutSupervisor(services.deps.dataDir, services.deps.platform, tmpdir());
  if (!(await openGatewayRecords(layout, services.deps.log).list()).some(shouldRun)) return;
  await using client = await createSupervisorAccess(services).open();
  await client.call('list', {});
}

/** Pure. */
function describeStopped({ definition, wanted, gaveUp, suspended }: GatewayRecord): GatewayStatus {
  const { id, name, port } = definition;
  const known = { id, name, port, wanted, defined: fingerprint(definition), crashes: 0 };
  if (suspended !== undefined)
    return { ...known, state: 'suspended', because: suspended.because, since: suspended.at, suspended };
  return {
    ...known,
    state: gaveUp === undefined ? 'stopped' : 'failed',
    because: gaveUp?.because ?? 'it was stopped',
    since: gaveUp?.at ?? new Date(0).toISOString(),
    ...(gaveUp?.exitCode === undefined ? {} : { exitCode: gaveUp.exitCode }),
  };
}

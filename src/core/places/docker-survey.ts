import { readFile, statfs } from 'node:fs/promises';
import type { Instance } from '../../shared/model/instance.ts';
import { isSamePlace, type DockerTarget } from '../../shared/model/target.ts';
import type { ContainerEngine } from '../container-engine/container-engine.ts';
import { diskFact } from '../facts/disk.ts';
import { createFactReader, fact, type Fact } from '../facts/fact.ts';
import { listenersFact } from '../facts/listeners.ts';
import { readPortFree } from '../facts/local-computer.ts';
import { query } from '../host/command.ts';
import { labelNames } from '../openclaw/container-layout.ts';
import { parseRoutes } from '../openclaw/subnet-choice.ts';
import type { StateStore } from '../state/state-store.ts';
import type { DockerMachine } from './docker-machine.ts';
import type { Survey } from './docker-seat.ts';

const ROUTES = '/proc/net/route';

/** A machine without that file (macOS, Windows) keeps its containers in one of its own, where nothing else has networks. */
const routesFact: Fact<readonly string[]> = fact('routes', query(['cat', ROUTES]), ({ stdout }) => parseRoutes(stdout));

/** The other instances of this installation on the same engine. */
export async function listNeighbours(state: StateStore, target: DockerTarget, id?: string): Promise<Instance[]> {
  return (await state.instances.list()).filter((other) => isSamePlace(other.target, target) && other.id !== id);
}

/** What others have: by the engine, by the machine itself, and by our own records (a stopped container holds no port). */
export async function surveyMachine(
  machine: DockerMachine,
  neighbours: readonly Instance[],
  signal: AbortSignal,
): Promise<Survey> {
  const engine = await machine.engine.find(signal);
  const isRemote = machine.server !== undefined;
  const facts = createFactReader(machine.ask, () => (isRemote ? [routesFact, listenersFact()] : []));
  const [routes, listening, engineHas] = await Promise.all([
    isRemote ? facts.read(routesFact) : readFile(ROUTES, 'utf8').then(parseRoutes, () => []),
    isRemote ? facts.read(listenersFact()) : [],
    engine === undefined ? { ports: [], subnets: [] } : readEngine(engine, signal),
  ]);
  const ports = new Set([
    ...engineHas.ports,
    ...listening.map(({ port }) => port),
    ...neighbours.map(({ port }) => port),
  ]);
  return {
    ports,
    subnets: [...engineHas.subnets, ...routes, ...neighbours.flatMap(({ container }) => container?.subnet ?? [])],
    isPortFree: isRemote ? () => Promise.resolve(true) : readPortFree,
  };
}

async function readEngine(
  engine: ContainerEngine,
  signal: AbortSignal,
): Promise<{ readonly ports: readonly number[]; readonly subnets: readonly string[] }> {
  const [rows, networks] = await Promise.all([
    engine.containers.list({}, { signal }),
    engine.networks.list({ signal }),
  ]);
  // Those that stand still are about to be started again by somebody: what they will take is asked of each.
  const still = rows.filter(({ state, labels }) => state !== 'running' && labels[labelNames.instance] !== undefined);
  const looks = await Promise.all(still.map(({ id }) => engine.containers.find(id, { signal })));
  return {
    ports: [...rows.flatMap(({ ports }) => ports), ...looks.flatMap((look) => look?.ports ?? [])].map(
      ({ port }) => port,
    ),
    subnets: networks.flatMap(({ subnets }) => subnets),
  };
}

/** Where the engine keeps its data; undefined where that is not on this machine, or not to be seen. */
export async function readFreeDisk(machine: DockerMachine, dataRoot: string): Promise<number | undefined> {
  try {
    if (machine.server === undefined) {
      const { bsize, bavail } = await statfs(dataRoot);
      return bsize * bavail;
    }
    const disk = diskFact([dataRoot]);
    return (await createFactReader(machine.ask, () => [disk]).read(disk))[0]?.freeBytes;
  } catch {
    // Docker Desktop keeps it in a machine of its own; then a full disk is met where it is written to.
    return undefined;
  }
}

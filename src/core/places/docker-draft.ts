import { AppError } from '../../shared/app-error.ts';
import { instanceIdSchema, isSameName, type InstallationId, type InstanceId } from '../../shared/model/ids.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { ContainerEngine, Labels } from '../container-engine/container-engine.ts';
import { labelNames, layoutContainer } from '../openclaw/container-layout.ts';
import type { Registry } from '../openclaw/registry.ts';
import type { Ids } from '../system/ids.ts';
import { listChosen } from './chosen.ts';
import type { DeploymentRequest } from './place.ts';

/** What an engine says of an instance of the wanted name, whatever our own record says. */
export interface Traces {
  readonly engineId: string;
  /** Of this installation: its container, or the volumes that a removal has kept. */
  readonly id: InstanceId | undefined;
  /** The name that its objects carry: it may be written another way. */
  readonly name: string | undefined;
  /** A container of that name is another installation's, and nothing is ours: who has one of that name already goes on with it. */
  readonly foreign: { readonly container: string; readonly installation: string } | undefined;
}

export async function readTraces(
  engine: ContainerEngine,
  name: string,
  installation: InstallationId,
  signal: AbortSignal,
): Promise<Traces> {
  const ours = { [labelNames.role]: 'gateway' };
  const [look, rows, volumes] = await Promise.all([
    engine.look({ signal }),
    engine.containers.list(ours, { signal }),
    engine.volumes.list(ours, { signal }),
  ]);
  const isMeant = (labels: Labels): boolean => isSameName(labels[labelNames.name] ?? '', name);
  const isOurs = (labels: Labels): boolean => labels[labelNames.installation] === installation;
  const meant = [...rows, ...volumes].filter(({ labels }) => isMeant(labels));
  const own = meant.find(({ labels }) => isOurs(labels))?.labels;
  const stranger = rows.find(({ labels }) => isMeant(labels) && !isOurs(labels));
  return {
    engineId: look.id,
    id: instanceIdSchema.safeParse(own?.[labelNames.instance]).data,
    name: own?.[labelNames.name],
    foreign:
      stranger === undefined || own !== undefined
        ? undefined
        : { container: stranger.name, installation: stranger.labels[labelNames.installation] ?? 'unknown' },
  };
}

/** The record as it will be, without its place on the engine. The registry is asked only for what is not settled yet. */
export async function draftDockerInstance(
  request: DeploymentRequest,
  traces: Traces | undefined,
  registry: Registry,
  ids: Ids,
  nowMs: number,
): Promise<Omit<Instance, 'port'>> {
  const { spec, existing, signal } = request;
  const chosen = listChosen(request);
  if (existing !== undefined && (spec.version === undefined || spec.version === existing.version))
    return { ...existing, ...chosen };
  const version = spec.version ?? (await registry.readManifest('openclaw', 'latest', signal)).version;
  if (existing !== undefined) {
    throw new AppError('preflight.version-differs', {
      message: `This instance runs OpenClaw ${existing.version}, and ${version} is asked for.`,
    });
  }
  return {
    id: traces?.id ?? ids.instance(),
    createdAt: new Date(nowMs).toISOString(),
    phase: 'deploying',
    // As its objects on the engine are named after it, the way it was written first stays.
    name: traces?.name ?? spec.name,
    ...chosen,
    version,
    installer: spec.installer,
  };
}

/** Of the instance itself: spreads instances over the range, and is the same each time. Pure. */
export function seedOf(id: InstanceId): number {
  return Number.parseInt(id.slice(2, 10), 16);
}

/** The network that is there already, with the addresses that its instance has in it. */
export async function readOwnNetwork(
  engine: ContainerEngine,
  instance: Pick<Instance, 'id' | 'name'>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const found = await engine.networks.find(layoutContainer(instance).network, { signal });
  return found?.subnets.find((subnet) => !subnet.includes(':'));
}

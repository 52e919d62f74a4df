import { AppError } from '../../shared/app-error.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { Finding } from '../api.ts';
import { judgeLocal } from '../diagnostics/preflight-local.ts';
import { readLocalComputer, readPortFree, readReach } from '../facts/local-computer.ts';
import { isSameName } from '../../shared/model/ids.ts';
import type { NodePlace } from '../openclaw/node-release.ts';
import type { Registry } from '../openclaw/registry.ts';
import { findKept } from '../steps/local/kept-state.ts';
import { readInstalledVersion } from '../steps/local/openclaw-package.ts';
import type { LocalLayout } from '../steps/local/local-layout.ts';
import type { SupervisorAccess } from '../supervisor/supervise.ts';
import type { DeploymentRequest } from './place.ts';
import { DEFAULT_PORT, draftInstance, type Draft } from './server-draft.ts';
import type { PlaceServices } from './place-services.ts';

/** Ports that are tried: more gateways than any computer holds. */
const PORTS_TRIED = 1_000;

/** @throws AppError `preflight.unsupported-os`, `preflight.unsupported-arch` */
export function expectLocalPlace(platform: NodeJS.Platform, arch: string): NodePlace {
  if (platform !== 'linux' && platform !== 'darwin' && platform !== 'win32')
    throw new AppError('preflight.unsupported-os', { details: { platform } });
  if (arch !== 'x64' && arch !== 'arm64') throw new AppError('preflight.unsupported-arch', { details: { arch } });
  return { platform, arch };
}

/** What is settled already stays; what is new gets a port that is free, and the state that a removal of that name has kept. */
export async function draftLocalInstance(
  request: DeploymentRequest,
  place: NodePlace,
  registry: Registry,
  services: PlaceServices,
  supervisor: SupervisorAccess,
): Promise<Draft> {
  const { state, ids, now } = services;
  const { spec, existing } = request;
  const kept =
    existing === undefined
      ? await findKept(state.layout.instancesDir, (name) => isSameName(name, spec.name))
      : undefined;
  const draft = await draftInstance(request, place, registry, kept ?? ids.instance(), now());
  if (existing !== undefined && (await isPortSettled(existing, supervisor))) return draft;
  if (spec.port !== undefined) return draft;
  const others = (await state.instances.list()).filter(
    ({ id, target }) => target.kind === 'local' && id !== draft.instance.id,
  );
  const port = (await findFreePort(new Set(others.map((other) => other.port)))) ?? DEFAULT_PORT;
  return { ...draft, instance: { ...draft.instance, port } };
}

/** Once deployed, a gateway is known by its port. Before that it may still move out of the way of another program. */
async function isPortSettled(existing: Instance, supervisor: SupervisorAccess): Promise<boolean> {
  return existing.phase !== 'deploying' || (await readPortState(existing, supervisor)) !== 'busy';
}

/** The first free port that is not that of a gateway which is only stopped at the moment. */
async function findFreePort(reserved: ReadonlySet<number>): Promise<number | undefined> {
  for (let port = DEFAULT_PORT; port < DEFAULT_PORT + PORTS_TRIED; port += 1) {
    if (!reserved.has(port) && (await readPortFree(port))) return port;
  }
  return undefined;
}

/** Looks at this computer without a command, and judges whether a deployment can work. */
export async function readLocalFindings(
  { instance, nodeRange }: Draft,
  layout: LocalLayout,
  isNamed: boolean,
  { deps, mirrors }: PlaceServices,
  supervisor: SupervisorAccess,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const isInstalled = (await readInstalledVersion(layout.packageDir)) !== undefined;
  const urls = [`${(await mirrors.read()).npm}/openclaw`];
  const [computer, reach, port] = await Promise.all([
    readLocalComputer(deps, [deps.dataDir]),
    isInstalled ? undefined : readReach(fetch, urls, signal),
    readPortState(instance, supervisor),
  ]);
  return judgeLocal(computer, reach, {
    dataDir: deps.dataDir,
    isInstalled,
    node: { openclawVersion: instance.version, range: nodeRange, nodeVersion: instance.nodeVersion },
    sources: [{ what: 'OpenClaw', urls }],
    port: { port: instance.port, is: port, isNamed },
  });
}

async function readPortState({ id, port }: Instance, supervisor: SupervisorAccess): Promise<'free' | 'ours' | 'busy'> {
  await using running = await supervisor.find();
  const gateway = (await running?.call('status', { gateway: id })) ?? undefined;
  if (gateway?.running !== undefined && gateway.port === port) return 'ours';
  return (await readPortFree(port)) ? 'free' : 'busy';
}

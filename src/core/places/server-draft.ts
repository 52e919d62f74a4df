import type { InstanceId } from '../../shared/model/ids.ts';
import type { Instance } from '../../shared/model/instance.ts';
import { readNodeVersion, type NodePlace } from '../openclaw/node-release.ts';
import { defaultModel } from '../openclaw/provider-auth.ts';
import type { Registry } from '../openclaw/registry.ts';
import type { DeploymentRequest } from './place.ts';

export const DEFAULT_PORT = 18_789;

export interface Draft {
  readonly instance: Instance;
  /** `engines.node` of the version, where the registry was asked. */
  readonly nodeRange: string | undefined;
}

/**
 * The record as it will be: what was there, with what was asked for. The registry is asked only for what is not settled yet.
 * @param newId of an instance that there is no record of
 */
export async function draftInstance(
  request: DeploymentRequest,
  place: NodePlace,
  registry: Registry,
  newId: InstanceId,
  nowMs: number,
): Promise<Draft> {
  const { spec, existing, signal, options } = request;
  // A provider without a model would answer nobody: OpenClaw's own choice for it is taken, unless one was chosen before.
  const model =
    spec.model ??
    (spec.provider === undefined || spec.provider === existing?.provider ? undefined : defaultModel(spec.provider));
  const chosen = {
    ...(spec.provider === undefined ? {} : { provider: spec.provider }),
    ...(model === undefined ? {} : { model }),
    target: spec.target,
    telemetry: spec.telemetry,
    firewall: spec.firewall,
    ...(options.secrets?.telegramToken === undefined ? {} : { telegram: true }),
    ...(spec.instructions === undefined ? {} : { instructions: spec.instructions }),
  };
  if (existing !== undefined && (spec.version === undefined || spec.version === existing.version)) {
    return { instance: { ...existing, ...chosen, port: spec.port ?? existing.port }, nodeRange: undefined };
  }
  const manifest = await registry.readManifest('openclaw', spec.version ?? 'latest', signal);
  const instance: Instance = {
    ...(existing ?? { id: newId, createdAt: new Date(nowMs).toISOString(), phase: 'deploying' }),
    name: spec.name,
    ...chosen,
    version: manifest.version,
    nodeVersion: await readNodeVersion(registry, manifest.nodeRange, place, signal),
    port: spec.port ?? existing?.port ?? DEFAULT_PORT,
    installer: spec.installer,
  };
  return { instance, nodeRange: manifest.nodeRange };
}

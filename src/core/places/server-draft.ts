import type { InstanceId } from '../../shared/model/ids.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { GatewaySettings } from '../openclaw/config-patch.ts';
import { readNodeVersion, type NodePlace } from '../openclaw/node-release.ts';
import type { Registry } from '../openclaw/registry.ts';
import { listChosen } from './chosen.ts';
import type { DeploymentRequest } from './place.ts';

export const DEFAULT_PORT = 18_789;

export interface Draft {
  readonly instance: Instance & { readonly nodeVersion: string };
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
  const { spec, existing, signal } = request;
  const chosen = { ...listChosen(request), firewall: spec.firewall };
  if (existing !== undefined && (spec.version === undefined || spec.version === existing.version)) {
    const nodeVersion = existing.nodeVersion ?? (await readNodeVersion(registry, undefined, place, signal));
    return {
      instance: { ...existing, ...chosen, nodeVersion, port: spec.port ?? existing.port },
      nodeRange: undefined,
    };
  }
  const manifest = await registry.readManifest('openclaw', spec.version ?? 'latest', signal);
  const instance: Draft['instance'] = {
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

/** What openclaw.json says of an instance whatever else was chosen. Pure. */
export function describeSettings({
  port,
  telemetry,
  createdAt,
}: Instance): Pick<GatewaySettings, 'port' | 'telemetry'> {
  return { port, telemetry: telemetry ? { enabled: true, consentedAt: createdAt } : { enabled: false } };
}

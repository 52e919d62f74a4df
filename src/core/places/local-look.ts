import type { CoreDeps } from '../api-deps.ts';
import type { Instance } from '../../shared/model/instance.ts';
import { layoutLocal } from '../steps/local/local-layout.ts';
import { readInstalledVersion } from '../steps/local/openclaw-package.ts';
import { describeDown } from '../supervisor/local-control.ts';
import { createSupervisorAccess, wakeSupervisor } from '../supervisor/supervise.ts';
import { isYoungAt, type GatewayLook } from './gateway-look.ts';

/** What the supervisor of this computer says; after a reboot this is what starts it. */
export async function lookAtLocal(instance: Instance, services: { readonly deps: CoreDeps }): Promise<GatewayLook> {
  const { dataDir, platform } = services.deps;
  const supervisor = createSupervisorAccess(services);
  await wakeSupervisor(services);
  await using running = await supervisor.find();
  const gateway =
    (await running?.call('status', { gateway: instance.id })) ?? (await supervisor.readStopped(instance.id));
  return {
    down: describeDown(gateway),
    version: await readInstalledVersion(layoutLocal(dataDir, instance, platform).packageDir),
    isYoung: isYoungAt(gateway === undefined ? undefined : Date.parse(gateway.since), Date.now()),
  };
}

import { AppError } from '../../shared/app-error.ts';
import { closedIngress } from '../../shared/model/ingress.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { InstanceChange } from '../api-operations.ts';
import type { ConnectOptions, Finding } from '../api.ts';
import { buildRepairPlan } from '../diagnosis/repair-plan.ts';
import { limitsOf } from '../openclaw/container-spec.ts';
import { withoutSuspension } from '../openclaw/suspension.ts';
import { layoutContainer } from '../openclaw/container-layout.ts';
import { buildIngressPlan, buildLimitsPlan, buildResumePlan, buildSuspendPlan } from '../plans/docker-change-plan.ts';
import { buildDockerRemovalPlan } from '../plans/docker-plan.ts';
import type { Plan } from '../plans/plan.ts';
import { checkPlan } from '../runner/runner.ts';
import { configFileStep } from '../steps/docker/config-file.ts';
import type { Berth } from '../steps/docker/seat.ts';
import { createGatewayAccess } from './docker-access.ts';
import { openDockerConfig } from './docker-config.ts';
import { openDockerBackup } from './docker-backup.ts';
import { recallBerth } from './docker-berth.ts';
import { expectSameEngine } from './docker-control.ts';
import {
  listReopeningSteps,
  listSuspendingSteps,
  readContainerSettings,
  readDockerIngress,
  type DockerIngress,
} from './docker-ingress.ts';
import type { DockerMachine } from './docker-machine.ts';
import { openDockerUpdate } from './docker-update.ts';
import type { OpenPlan } from './place.ts';
import type { PlaceServices } from './place-services.ts';
import { createDockerWard } from './docker-ward.ts';
import { judgeCutChange, planContainerToken } from './token-change.ts';
import { tellLeftKey } from './ssh-key-change.ts';
import { createTokenKeeper } from './token-keeper.ts';

async function openPlan(
  instance: Instance,
  plan: Plan,
  machine: DockerMachine,
  signal: AbortSignal,
  findings: readonly Finding[] = [],
): Promise<OpenPlan> {
  const { keeper, ask } = machine.openKeeper(layoutContainer(instance).container);
  const { steps } = await checkPlan(plan, { host: machine.host, ask, keeper, signal });
  return {
    instance,
    plan,
    findings,
    steps,
    host: machine.host,
    ask,
    keeper,
    [Symbol.asyncDispose]: () => machine[Symbol.asyncDispose](),
  };
}

export async function openDockerRemoval(
  instance: Instance,
  purge: boolean,
  machine: DockerMachine,
  services: PlaceServices,
  options: ConnectOptions,
): Promise<OpenPlan> {
  const { signal = new AbortController().signal } = options;
  // What was never made needs no engine to be forgotten.
  if (instance.container !== undefined) await expectSameEngine(await machine.engine.open(signal), instance, signal);
  const berth = await recallBerth(instance, machine.engine, services);
  const closing = await readClosing(instance, berth, machine, services, options);
  const plan = buildDockerRemovalPlan({ instance, berth, purge, ingress: closing?.steps ?? [] });
  const findings = [...(closing?.findings ?? []), ...(await tellLeftKey(instance, services))];
  return openPlan(instance, plan, machine, signal, findings);
}

/** The result takes the machine over. */
export async function openDockerChange(
  instance: Instance,
  change: InstanceChange,
  machine: DockerMachine,
  services: PlaceServices,
  options: ConnectOptions,
): Promise<OpenPlan> {
  const { signal = new AbortController().signal } = options;
  const engine = await machine.engine.open(signal);
  await expectSameEngine(engine, instance, signal);
  const berth = await recallBerth(instance, machine.engine, services);
  switch (change.kind) {
    case 'limits': {
      const { cpus } = await engine.look({ signal });
      if (change.limits.cpus > cpus) {
        throw new AppError('usage.invalid', {
          message: `${String(change.limits.cpus)} processors are asked for, and the engine has ${String(cpus)}.`,
        });
      }
      const changed = { ...instance, limits: change.limits };
      return openPlan(changed, buildLimitsPlan(changed, berth, change.limits), machine, signal);
    }
    case 'backup':
    case 'restore':
    case 'forget':
      return openDockerBackup(instance, change, { machine, berth, services, options, signal });
    case 'update':
    case 'rollback':
      return openDockerUpdate(instance, change, { machine, berth, services, options, signal });
    case 'config':
      return openDockerConfig(instance, change.write, { machine, berth, services, options, signal });
    case 'repair': {
      const ward = createDockerWard(instance, berth, services);
      return openPlan(instance, await buildRepairPlan(instance, change, ward, signal), machine, signal);
    }
    case 'rotate-token':
      return openPlan(
        instance,
        await planContainerToken(berth, instance, services),
        machine,
        signal,
        judgeCutChange(instance, services.now()).findings,
      );
    case 'suspend': {
      const suspension = instance.suspension ?? { at: new Date(services.now()).toISOString(), ...change.reason };
      const changed = { ...instance, suspension };
      const closing = instance.ingress === undefined ? [] : listSuspendingSteps(berth, instance);
      return openPlan(changed, buildSuspendPlan(changed, berth, suspension, closing), machine, signal);
    }
    case 'resume': {
      const changed = withoutSuspension(instance);
      const { layout, seat } = berth;
      const token = createTokenKeeper(instance, services.state, services.secrets);
      const plan = buildResumePlan({
        instance: changed,
        berth,
        container: { readImage: () => instance.container?.image ?? '', limits: limitsOf(instance) },
        access: createGatewayAccess(instance, layout, machine.engine, () => seat.port, token, services),
        ingress: listReopeningSteps(services, machine, berth, changed),
      });
      return openPlan(changed, plan, machine, signal);
    }
    case 'ingress': {
      const { ingress, former } = { ingress: change.ingress, former: instance.ingress };
      const wanted = { ...instance, ingress };
      const asked = { services, machine, berth, instance: wanted, former, options, signal };
      const { instance: changed, findings, readWay, steps } = await readDockerIngress(asked);
      const token = createTokenKeeper(instance, services.state, services.secrets);
      const config = configFileStep(berth, () => readContainerSettings(changed, berth.seat, readWay()), token);
      const plan = buildIngressPlan(changed, [[config], ...steps.map((step) => [step])]);
      return openPlan(changed, plan, machine, signal, findings);
    }
  }
}

/** What removing an instance takes away of its way in; undefined: it had none. */
async function readClosing(
  instance: Instance,
  berth: Berth,
  machine: DockerMachine,
  services: PlaceServices,
  options: ConnectOptions,
): Promise<Pick<DockerIngress, 'steps' | 'findings'> | undefined> {
  const { ingress: former } = instance;
  if (former === undefined) return undefined;
  const { signal = new AbortController().signal } = options;
  const closed = { ...instance, ingress: closedIngress };
  return readDockerIngress({ services, machine, berth, instance: closed, former, options, signal });
}

/** Closes the way in from outside and freezes what runs, whoever works there. */
export async function haltContainer(
  instance: Instance,
  machine: Pick<DockerMachine, 'engine'>,
  signal: AbortSignal,
): Promise<void> {
  const engine = await machine.engine.open(signal);
  const { container, network } = layoutContainer(instance);
  const found = await engine.containers.find(container, { signal });
  if (found === undefined) {
    await expectSameEngine(engine, instance, signal);
    return;
  }
  if (found.state === 'running') await engine.containers.pause(container, { signal });
  // An engine that restarts in this moment would start what was frozen anew.
  if (found.restart !== 'no') await engine.containers.update(container, { restart: 'no' }, { signal });
  // Whoever else is in its network is the proxy.
  const others = (await engine.networks.find(network, { signal }))?.containers.filter((id) => id !== found.id) ?? [];
  for (const other of others) await engine.networks.disconnect(network, other, { signal });
}

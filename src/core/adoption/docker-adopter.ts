import { posix } from 'node:path';
import { toAppError } from '../../shared/app-error.ts';
import type { AdoptedContainer } from '../../shared/model/adoption.ts';
import type { Instance } from '../../shared/model/instance.ts';
import { isSamePlace } from '../../shared/model/target.ts';
import type { PreviewOptions } from '../api.ts';
import type { FoundInstall } from '../api-import.ts';
import type { ContainerEngine } from '../container-engine/container-engine.ts';
import type { ContainerLook } from '../container-engine/container.ts';
import { labelNames, layoutContainer } from '../openclaw/container-layout.ts';
import { createGatewayAccess } from '../places/docker-access.ts';
import { expectDocker, recallBerth } from '../places/docker-berth.ts';
import { openDockerMachine } from '../places/docker-machine.ts';
import type { OpenPlan } from '../places/place.ts';
import type { PlaceServices } from '../places/place-services.ts';
import { createTokenKeeper } from '../places/token-keeper.ts';
import { buildAdoptionPlan } from '../plans/adoption-plan.ts';
import { checkPlan } from '../runner/runner.ts';
import { adoptTokenStep, firstSignIn } from '../steps/adoption/adopt-token.ts';
import { gatewayReadyStep } from '../steps/docker/gateway-ready.ts';
import { disposeOnFailure } from '../system/dispose-on-failure.ts';
import { describeAdoption } from './adopted-findings.ts';
import {
  chooseCandidate,
  draftAdopted,
  expectReady,
  nameRecord,
  type Adopter,
  type AdoptionRequest,
  type Candidate,
} from './adopter.ts';
import { judgeContainer, readFoundContainer, runsGateway } from './found-container.ts';

/** Of an id as the engine writes it, enough to be the only one. */
const ID_LENGTH = 12;
/** Containers that are looked at side by side. */
const AT_ONCE = 8;

/** Containers that others have made, on an engine here or on a server. */
export function createDockerAdopter(services: PlaceServices): Adopter {
  const { state, secrets } = services;

  const look = async (
    engine: ContainerEngine,
    target: Instance['target'],
    signal: AbortSignal,
  ): Promise<readonly Candidate[]> => {
    const rows = await engine.containers.list({}, { signal });
    const instances = (await state.instances.list()).filter((other) => isSamePlace(other.target, target));
    const found: Candidate[] = [];
    for (let at = 0; at < rows.length; at += AT_ONCE) {
      const some = rows.slice(at, at + AT_ONCE).map(({ id }) => engine.containers.find(id, { signal }));
      for (const one of await Promise.all(some)) {
        if (one === undefined || !runsGateway(one)) continue;
        found.push(await lookAtOne(engine, one, instances, signal));
      }
    }
    return found;
  };

  const lookAtOne = async (
    engine: ContainerEngine,
    one: ContainerLook,
    instances: readonly Instance[],
    signal: AbortSignal,
  ): Promise<Candidate> => {
    const shown: FoundInstall = { id: `c-${one.id.slice(0, ID_LENGTH)}`, kind: 'container', title: one.name };
    const ours = findOurs(one, instances);
    if (ours !== undefined) return { shown: { ...shown, ...ours }, findings: [] };
    try {
      return judgeContainer(shown, one, await readFoundContainer(engine, one, signal));
    } catch (error) {
      signal.throwIfAborted();
      return { shown: { ...shown, problem: toAppError(error) }, findings: [] };
    }
  };

  return {
    async find(target, options) {
      const { signal = new AbortController().signal } = options;
      await using machine = await openDockerMachine(expectDocker(target), services, options);
      const engine = await machine.engine.open(signal);
      return (await look(engine, target, signal)).map(({ shown }) => shown);
    },
    async openAdoption(request, options) {
      const machine = await openDockerMachine(expectDocker(request.target), services, options);
      return disposeOnFailure(machine, () => open(request, machine, options));
    },
  };

  async function open(
    { target, name, which, changes, begun }: AdoptionRequest,
    machine: Awaited<ReturnType<typeof openDockerMachine>>,
    options: PreviewOptions,
  ): Promise<OpenPlan> {
    const { signal = new AbortController().signal } = options;
    options.onPhase?.('reading');
    const engine = await machine.engine.open(signal);
    const chosen = chooseCandidate(await look(engine, target, signal), which);
    const ready = expectReady(chosen, changes);
    const adoption = ready.adoption as AdoptedContainer;
    const at = { ...nameRecord(begun, services), name, target };
    const found = await engine.containers.find(adoption.container, { signal });
    const instance: Instance = {
      ...draftAdopted(ready, at),
      container: { engineId: (await engine.look({ signal })).id, image: found?.image ?? 'unknown' },
    };
    options.onPhase?.('planning');
    const layout = layoutContainer(instance);
    const token = createTokenKeeper(instance, state, secrets);
    const access = createGatewayAccess(instance, layout, machine.engine, () => ready.port, token, services);
    const readThere = async (limit: AbortSignal): Promise<typeof ready.auth.secret> => {
      const there = await machine.engine.open(limit);
      const now = await there.containers.find(adoption.container, { signal: limit });
      return now === undefined ? undefined : (await readFoundContainer(there, now, limit)).auth.secret;
    };
    const berth = await recallBerth(instance, machine.engine, services);
    const isKept = async (): Promise<boolean> => (await token.read()) !== undefined;
    const plan = buildAdoptionPlan(instance, {
      changes: [],
      token: adoptTokenStep(readThere, token),
      ready: firstSignIn(
        gatewayReadyStep(berth, access),
        isKept,
        'Sign in to its gateway, and be approved as a device of it',
      ),
    });
    const { keeper, ask } = machine.openKeeper(layout.container);
    const { steps } = await checkPlan(plan, { host: machine.host, ask, keeper, signal });
    const where = Object.entries(adoption.mounts).find(([folder]) => isWithin(adoption.stateDir, folder))?.[1] ?? '';
    return {
      instance,
      plan,
      findings: [
        ...describeAdoption(
          `The container ${adoption.container} runs OpenClaw ${ready.version} at port ${String(ready.port)}; its state lies in ${where}.`,
          `Nothing of the container, its image and its configuration. Its gateway gets this panel as a device; its token is kept here. Only when its dashboard is opened from here, the address of that page is added to gateway.controlUi.allowedOrigins.`,
        ),
        ...chosen.findings,
      ],
      steps,
      host: machine.host,
      ask,
      keeper,
      [Symbol.asyncDispose]: () => machine[Symbol.asyncDispose](),
    };
  }
}

/** Whose it is already: by our labels, or by a record that adopted it. Pure. */
export function findOurs(
  { name, labels }: Pick<ContainerLook, 'name' | 'labels'>,
  instances: readonly Instance[],
): Pick<FoundInstall, 'ours'> | undefined {
  const own = instances.find(
    ({ id, adopted, phase }) =>
      id === labels[labelNames.instance] ||
      (adopted?.kind === 'container' && adopted.container === name && phase === 'deployed'),
  );
  if (own !== undefined) return { ours: own.name };
  // Of another installation of Hardshell: it is looked after there.
  const other = labels[labelNames.name];
  return labels[labelNames.instance] === undefined || other === undefined ? undefined : { ours: other };
}

export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(posix.sep) ? folder : `${folder}${posix.sep}`);
}

import { AppError } from '../../shared/app-error.ts';
import type { Instance } from '../../shared/model/instance.ts';
import { DEFAULT_CPUS, DEFAULT_MEMORY_BYTES, type ResourceLimits } from '../../shared/model/resources.ts';
import type { Finding } from '../api.ts';
import type { ContainerEngine, EngineLook } from '../container-engine/container-engine.ts';
import { judgeEngine } from '../diagnostics/preflight-engine.ts';
import { CONTAINER_PORT, layoutContainer } from '../openclaw/container-layout.ts';
import { chooseImage } from '../openclaw/image-choice.ts';
import { createRegistry } from '../openclaw/registry.ts';
import { describeSubnet, type InstanceSubnet } from '../openclaw/subnet-choice.ts';
import { buildDockerPlan } from '../plans/docker-plan.ts';
import { checkPlan } from '../runner/runner.ts';
import { containerWorkspace } from '../steps/docker/container-workspace.ts';
import { imageStep } from '../steps/docker/image.ts';
import { dockerEngineStep } from '../steps/server/docker-engine.ts';
import { disposeOnFailure } from '../system/dispose-on-failure.ts';
import { readExtraCertificates } from '../system/extra-certificates.ts';
import { buildChoices } from './choices.ts';
import { createGatewayAccess } from './docker-access.ts';
import { buildRecord, expectDocker, subnetOf, takeBerth } from './docker-berth.ts';
import { draftDockerInstance, readOwnNetwork, readTraces, type Traces } from './docker-draft.ts';
import { readDockerIngress } from './docker-ingress.ts';
import type { DockerMachine } from './docker-machine.ts';
import type { SeatBook } from './docker-seat.ts';
import { listNeighbours, readFreeDisk, surveyMachine } from './docker-survey.ts';
import type { DeploymentRequest, OpenPlan } from './place.ts';
import type { PlaceServices } from './place-services.ts';
import { createTokenKeeper } from './token-keeper.ts';

/** What the engine has of the instance already. */
interface Found {
  readonly traces: Traces;
  readonly look: EngineLook;
  readonly subnet: InstanceSubnet | undefined;
  /** Of its container, whatever the record says. */
  readonly port: number | undefined;
}

/** Looks, drafts, plans. The result takes the machine over. */
export async function openDockerDeployment(
  request: DeploymentRequest,
  machine: DockerMachine,
  book: SeatBook,
  services: PlaceServices,
): Promise<OpenPlan> {
  const { deps, state, secrets } = services;
  const { spec, existing, signal, options } = request;
  const target = expectDocker(spec.target);
  options.onPhase?.('reading');
  const mirrors = await services.mirrors.read();
  const { id: installation } = await state.installation();
  const engine = await machine.engine.find(signal);
  const traces = engine === undefined ? undefined : await readTraces(engine, spec.name, installation, signal);
  expectEngineOf(existing, traces);
  const draft = await draftDockerInstance(
    request,
    traces,
    createRegistry({ url: mirrors.npm }),
    services.ids,
    services.now(),
  );
  const found = engine === undefined || traces === undefined ? undefined : await find(engine, traces, draft, signal);
  const limits = chooseLimits(draft, found?.look);
  const before = existing?.container;
  const imageChoice = spec.image ?? before?.imageChoice;
  const source = chooseImage({
    choice: imageChoice,
    version: draft.version,
    mirror: mirrors.image,
    ...(before === undefined
      ? {}
      : { before: { choice: before.imageChoice, version: draft.version, image: before.image } }),
  });
  let image = source.reference;
  const readImage = (): { image: string; imageChoice?: string } => ({
    image,
    ...(imageChoice === undefined ? {} : { imageChoice }),
  });
  const port = spec.port ?? existing?.port ?? found?.port;
  const subnet = before === undefined ? found?.subnet : subnetOf(before);
  const berth = await takeBerth(
    {
      machine,
      book,
      engineId: traces?.engineId,
      instance: draft,
      known: { ...(port === undefined ? {} : { port }), ...(subnet === undefined ? {} : { subnet }) },
      isPortSettled: existing?.phase === 'deployed' || spec.port !== undefined,
      readImage,
      signal,
    },
    services,
  );
  return disposeOnFailure(berth.seat, async () => {
    const { seat, layout } = berth;
    const instance: Instance = {
      ...draft,
      port: seat.port,
      ...(traces === undefined ? {} : { container: buildRecord(traces.engineId, seat.subnet, readImage()) }),
    };
    const neighbours = await listNeighbours(state, target, instance.id);
    const survey = await surveyMachine(machine, neighbours, signal);
    const isOwnPort = found?.port === seat.port;
    const findings: readonly Finding[] = judgeEngine({
      engine: found?.look,
      name: engine?.name ?? machine.host.name,
      canInstall: machine.server !== undefined,
      limits,
      promisedBytes: neighbours.reduce((sum, other) => sum + chooseLimits(other, found?.look).memoryBytes, 0),
      freeDiskBytes: found === undefined ? undefined : await readFreeDisk(machine, found.look.dataRoot),
      hasImage: (await engine?.images.find(source.reference, { signal })) !== undefined,
      port: {
        port: seat.port,
        isTaken: !isOwnPort && (survey.ports.has(seat.port) || !(await survey.isPortFree(seat.port))),
      },
      foreign: existing === undefined ? traces?.foreign : undefined,
    });
    const ingress =
      instance.ingress === undefined
        ? undefined
        : await readDockerIngress({
            services,
            machine,
            berth,
            instance: { ...instance, ingress: instance.ingress },
            former: existing?.ingress,
            options,
            signal,
          });
    options.onPhase?.('planning');
    const token = createTokenKeeper(existing ?? instance, state, secrets);
    const access = createGatewayAccess(instance, layout, machine.engine, () => seat.port, token, services);
    const plan = buildDockerPlan({
      instance,
      berth,
      install: machine.server === undefined ? [] : [dockerEngineStep({ repository: mirrors.docker })],
      image: imageStep({
        engine: machine.engine,
        source,
        supplies: { registry: mirrors.npm, readCertificates: () => readExtraCertificates(deps.env) },
        onFound: ({ reference }) => {
          image = reference;
        },
      }),
      container: { readImage: () => image, limits },
      readSettings: () => ({
        port: CONTAINER_PORT,
        container: { publishedPort: seat.port },
        telemetry: instance.telemetry ? { enabled: true, consentedAt: instance.createdAt } : { enabled: false },
        ...(instance.model === undefined ? {} : { model: instance.model }),
        ...(options.secrets?.telegramToken === undefined
          ? {}
          : { telegram: { botToken: options.secrets.telegramToken } }),
        ...(ingress === undefined ? {} : { ingress: ingress.readWay() }),
      }),
      access,
      choices: buildChoices(request, instance, token, containerWorkspace(berth), services, access.openApproved),
      ingress: ingress?.steps ?? [],
    });
    const { keeper, ask } = machine.openKeeper(layout.container);
    const { steps } = await checkPlan(plan, { host: machine.host, ask, keeper, signal });
    return {
      instance: ingress?.instance ?? instance,
      plan,
      findings: [...findings, ...(ingress?.findings ?? [])],
      steps,
      host: machine.host,
      ask,
      keeper,
      async [Symbol.asyncDispose]() {
        await seat[Symbol.asyncDispose]();
        await machine[Symbol.asyncDispose]();
      },
    };
  });
}

/** @throws AppError `engine.changed` */
function expectEngineOf(existing: Instance | undefined, traces: Traces | undefined): void {
  const expected = existing?.container?.engineId;
  if (expected === undefined || traces === undefined || expected === traces.engineId) return;
  throw new AppError('engine.changed', { details: { expected, found: traces.engineId } });
}

async function find(
  engine: ContainerEngine,
  traces: Traces,
  draft: Pick<Instance, 'id' | 'name'>,
  signal: AbortSignal,
): Promise<Found> {
  const [look, subnet, container] = await Promise.all([
    engine.look({ signal }),
    readOwnNetwork(engine, draft, signal),
    engine.containers.find(layoutContainer(draft).container, { signal }),
  ]);
  return {
    traces,
    look,
    subnet: subnet === undefined ? undefined : describeSubnet(subnet),
    port: container?.ports[0]?.port,
  };
}

/** What nobody asked for is no more than the machine has. */
function chooseLimits({ limits }: Pick<Instance, 'limits'>, look: EngineLook | undefined): ResourceLimits {
  if (limits !== undefined) return limits;
  return { memoryBytes: DEFAULT_MEMORY_BYTES, cpus: Math.min(DEFAULT_CPUS, look?.cpus ?? DEFAULT_CPUS) };
}

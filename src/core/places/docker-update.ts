import { AppError } from '../../shared/app-error.ts';
import type { ContainerEngine } from '../container-engine/container-engine.ts';
import type { ContainerRecord, Instance } from '../../shared/model/instance.ts';
import type { Finding } from '../api.ts';
import { chooseImage, type ImageSource } from '../openclaw/image-choice.ts';
import { limitsOf } from '../openclaw/container-spec.ts';
import { buildRollbackPlan, buildUpdatePlan } from '../plans/update-plan.ts';
import type { Plan } from '../plans/plan.ts';
import { checkPlan } from '../runner/runner.ts';
import { createDockerRoom } from '../steps/backup/docker-room.ts';
import { stopContainerStep } from '../steps/backup/gateway-hand.ts';
import { createQuarters, type Quarters } from '../steps/backup/quarters.ts';
import { containerRunningStep } from '../steps/docker/container-running.ts';
import { containerStep } from '../steps/docker/container.ts';
import { gatewayReadyStep } from '../steps/docker/gateway-ready.ts';
import { imageStep } from '../steps/docker/image.ts';
import type { Berth } from '../steps/docker/seat.ts';
import type { CheckContext, Step } from '../steps/step.ts';
import { dockerCanaryStep } from '../steps/update/docker-canary.ts';
import { dockerTidyStep } from '../steps/update/docker-tidy.ts';
import { watchSwap } from '../steps/update/docker-checks.ts';
import { wasTried } from '../steps/update/update-record.ts';
import type { BackParts, UpdateWork } from '../steps/update/update-work.ts';
import { disposeOnFailure } from '../system/dispose-on-failure.ts';
import { readExtraCertificates } from '../system/extra-certificates.ts';
import type { UpdateChange } from '../updates/update-api.ts';
import { describeWay, settleConfig } from './backup-change.ts';
import { createGatewayAccess } from './docker-access.ts';
import type { DockerBackupRequest } from './docker-backup.ts';
import { readContainerSettings } from './docker-ingress.ts';
import type { OpenPlan } from './place.ts';
import { createTokenKeeper } from './token-keeper.ts';
import { draftRollback, draftUpdate, type UpdatePlace } from './update-change.ts';

/** Takes the machine over. What works on the volumes is made when it is needed, and goes with the plan. */
export async function openDockerUpdate(
  instance: Instance,
  change: UpdateChange,
  request: DockerBackupRequest,
): Promise<OpenPlan> {
  const { machine, berth, signal } = request;
  const record = instance.container;
  if (record === undefined) throw new AppError('container.gone');
  const rooms: Quarters[] = [];
  const close = async (): Promise<void> => {
    for (const room of rooms) await room[Symbol.asyncDispose]();
  };
  return disposeOnFailure({ [Symbol.asyncDispose]: close }, async () => {
    const parts = await readParts(instance, record, request, rooms, close);
    const { plan, findings } =
      change.kind === 'update' ? await planForward(parts, change.version) : await planBack(parts);
    const { keeper, ask } = machine.openKeeper(berth.layout.container);
    const { steps } = await checkPlan(plan, { host: machine.host, ask, keeper, signal });
    return {
      instance,
      plan,
      findings,
      steps,
      host: machine.host,
      ask,
      keeper,
      async [Symbol.asyncDispose]() {
        await close();
        await machine[Symbol.asyncDispose]();
      },
    };
  });
}

interface Parts extends DockerBackupRequest {
  readonly instance: Instance;
  readonly record: ContainerRecord;
  readonly place: UpdatePlace;
  /** Beside the volumes, in this image; closed with the plan. */
  readonly openRoom: (image: string) => Quarters;
  /** Takes away what the rooms of this run, or of one that was killed, have left. */
  readonly tidy: Step;
  readonly makeImageStep: (source: ImageSource, onFound: (reference: string) => void) => Step;
  /** What makes it serve, and proves that it does. */
  readonly start: readonly Step[];
  readonly settle: BackParts['settle'];
  /** What the version that is asked about runs in, as far as it is known. */
  readonly images: { now: string; before: string; versionNow: string; versionBefore: string };
}

async function readParts(
  instance: Instance,
  record: ContainerRecord,
  request: DockerBackupRequest,
  rooms: Quarters[],
  closeRooms: () => Promise<void>,
): Promise<Parts> {
  const { machine, berth, services, signal } = request;
  const { layout, seat } = berth;
  const engine = await machine.engine.open(signal);
  const mirrors = await services.mirrors.read();
  const container = await engine.containers.find(layout.container, { signal });
  const state = container?.state;
  const isUp = state === 'running' || state === 'paused' || state === 'restarting';
  const { version } = instance;
  const images = { now: record.image, before: record.image, versionNow: version, versionBefore: version };
  const openRoom = (image: string): Quarters => {
    const room = createQuarters(createDockerRoom(berth, () => image));
    rooms.push(room);
    return room;
  };
  const token = createTokenKeeper(instance, services.state, services.secrets);
  const access = createGatewayAccess(instance, layout, machine.engine, () => seat.port, token, services);
  return {
    ...request,
    instance,
    record,
    images,
    openRoom,
    tidy: dockerTidyStep(berth, closeRooms),
    place: {
      instance,
      // What an update that was cut short has left is kept with the programs that it is made of.
      quarters: openRoom((instance.pendingUpdate && container?.imageId) ?? record.image),
      runs: await readRunning(instance, record, container?.imageId, engine, signal),
      isStill: instance.suspension !== undefined || !isUp,
      image: record.image,
      readVersion: (context) => readVersion(berth, images, context),
    },
    makeImageStep: (source, onFound) =>
      imageStep({
        engine: machine.engine,
        source,
        supplies: { registry: mirrors.npm, readCertificates: () => readExtraCertificates(services.deps.env) },
        onFound: ({ reference }) => onFound(reference),
      }),
    start: [containerRunningStep(berth, []), gatewayReadyStep(berth, access)],
    settle: settleConfig({
      token,
      readSettings: () => readContainerSettings(instance, seat, describeWay(instance, seat.subnet.proxyAddress)),
    }),
  };
}

/** As the record says; of an update that was cut short, as the container says. */
async function readRunning(
  { version, pendingUpdate: pending }: Pick<Instance, 'version' | 'pendingUpdate'>,
  { image }: Pick<ContainerRecord, 'image'>,
  imageId: string | undefined,
  { images }: Pick<ContainerEngine, 'images'>,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (pending === undefined) return version;
  if (imageId === undefined) return undefined;
  const older = await images.find(pending.from.image ?? image, { signal });
  return older?.id === imageId ? pending.from.version : pending.version;
}

async function planForward(parts: Parts, version: string): Promise<{ plan: Plan; findings: readonly Finding[] }> {
  const { instance, record, place, images, berth, services, options } = parts;
  const mirrors = await services.mirrors.read();
  const source = chooseNewImage(record, instance, version, mirrors.image);
  images.now = source.reference;
  images.versionNow = version;
  const becomes: UpdateWork['becomes'] = {
    get container() {
      return { ...record, image: images.now };
    },
  };
  const { work, safety } = draftUpdate(place, version, becomes, services, options);
  images.before = work.from.image ?? record.image;
  images.versionBefore = work.from.version;
  const limits = limitsOf(instance);
  const readImage = (): string => images.now;
  const { swap, proof } = watchSwap(berth, containerStep(berth, { readImage, limits }));
  const canary = dockerCanaryStep({
    berth,
    oldImage: images.before,
    readImage,
    version,
    limits,
    vault: services.vault,
    options,
    readBackup: () => work.backups.get(work.from.backup),
    async isDone(context) {
      // What a run before this one has swapped already serves, or goes back.
      if (await wasTried(work)) return 'a run before this one has tried it';
      return (await work.readVersion(context)) === version ? `OpenClaw ${version} is there already` : undefined;
    },
  });
  const plan = buildUpdatePlan({
    work,
    safety,
    before: [parts.makeImageStep(source, (reference) => (images.now = reference)), canary],
    steps: work.isStill ? [swap] : [swap, ...parts.start, proof],
    back: listBack(parts, work),
    after: [parts.tidy],
  });
  return { plan, findings: [] };
}

async function planBack(parts: Parts): Promise<{ plan: Plan; findings: readonly Finding[] }> {
  const { place, images, services, options } = parts;
  const { work, safety, backup, findings } = await draftRollback(place, services, options);
  images.before = work.from.image ?? images.before;
  images.versionBefore = work.from.version;
  const { program, ...back } = listBack(parts, work);
  // The older image is there before what runs is stopped; the container is then made of it.
  const [image, ...rest] = program;
  const before = image === undefined ? [] : [image];
  const plan = buildRollbackPlan({ work, safety, backup, before, back: { ...back, program: rest } });
  return { plan, findings };
}

function listBack(parts: Parts, { from }: UpdateWork): BackParts {
  const { instance, record, berth, services, options, images, start, settle } = parts;
  const source: ImageSource =
    record.imageChoice === 'build'
      ? { how: 'build', reference: images.before, version: from.version }
      : { how: 'pull', reference: images.before, isOwn: record.imageChoice === undefined };
  return {
    quarters: parts.openRoom(images.before),
    vault: services.vault,
    options,
    stop: stopContainerStep(berth),
    program: [
      parts.makeImageStep(source, () => undefined),
      containerStep(berth, { readImage: () => images.before, limits: limitsOf(instance) }),
    ],
    start,
    settle,
  };
}

/** Which of the two versions the container is made of, whatever the record says. */
async function readVersion(
  { engine, layout }: Berth,
  { now, before, versionNow, versionBefore }: Parts['images'],
  { signal }: CheckContext,
): Promise<string | undefined> {
  const there = await engine.find(signal);
  const found = await there?.containers.find(layout.container, { signal });
  if (there === undefined || found === undefined) return undefined;
  if ((await there.images.find(now, { signal }))?.id === found.imageId) return versionNow;
  return (await there.images.find(before, { signal }))?.id === found.imageId ? versionBefore : undefined;
}

/**
 * The image of another version, by the way in which the present one was chosen.
 * @throws AppError `update.refused` where a person chose an image whose name says no version
 */
function chooseNewImage(
  { imageChoice: choice, image }: ContainerRecord,
  { version: runs, pendingUpdate }: Instance,
  version: string,
  mirror: string,
): ImageSource {
  if (version === runs && pendingUpdate === undefined) return { how: 'pull', reference: image, isOwn: false };
  if (choice === undefined || choice === 'build') return chooseImage({ choice, version, mirror });
  const reference = renameImage(choice, version);
  if (reference === undefined) {
    throw new AppError('update.refused', {
      message: `This instance runs an image of your own choice, ${choice}, whose name says no version.`,
      hint: {
        command: 'Deploy it again with --image and the newer image.',
        window: 'Deploy it again with the newer image.',
      },
    });
  }
  return { how: 'pull', reference, isOwn: false };
}

/** `ghcr.io/me/openclaw:2026.9.5-slim` of another version; undefined where its tag names none. Pure. */
export function renameImage(choice: string, version: string): string | undefined {
  const [name = ''] = choice.split('@', 1);
  const [, repository, tag] = /^(.*):([^/:]+)$/.exec(name) ?? [];
  if (repository === undefined || tag === undefined) return undefined;
  const renamed = tag.replace(/\d+\.\d+\.\d+/, version);
  return /\d+\.\d+\.\d+/.test(tag) ? `${repository}:${renamed}` : undefined;
}

import { Secret } from '../../shared/secret.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { ConfigWrite } from '../api-operations.ts';
import type { ConnectOptions } from '../api.ts';
import { layoutContainer } from '../openclaw/container-layout.ts';
import { buildConfigPlan } from '../plans/config-plan.ts';
import { checkPlan } from '../runner/runner.ts';
import { createDockerRoom } from '../steps/backup/docker-room.ts';
import { checkConfigText } from '../steps/config/config-room.ts';
import { readText } from '../steps/docker/state-files.ts';
import { disposeOnFailure } from '../system/dispose-on-failure.ts';
import { readImage, recallBerth } from './docker-berth.ts';
import type { DockerBackupRequest } from './docker-backup.ts';
import type { DockerMachine } from './docker-machine.ts';
import type { OpenPlan, Place } from './place.ts';
import type { PlaceServices } from './place-services.ts';

/** Takes the machine over. */
export async function openDockerConfig(
  instance: Instance,
  write: ConfigWrite,
  { machine, berth, signal }: DockerBackupRequest,
): Promise<OpenPlan> {
  const image = await readImage(instance, machine.engine, signal);
  const room = createDockerRoom(berth, () => image);
  return disposeOnFailure(room, async () => {
    const plan = buildConfigPlan(instance, room, write);
    const { keeper, ask } = machine.openKeeper(berth.layout.container);
    const { steps } = await checkPlan(plan, { host: machine.host, ask, keeper, signal });
    return {
      instance,
      plan,
      findings: [],
      steps,
      host: machine.host,
      ask,
      keeper,
      async [Symbol.asyncDispose]() {
        await room[Symbol.asyncDispose]();
        await machine[Symbol.asyncDispose]();
      },
    };
  });
}

/** openclaw.json in the volume of a container, whether it runs or stands still. */
export function createDockerConfig(
  services: PlaceServices,
  open: (instance: Instance, options: ConnectOptions) => Promise<DockerMachine>,
): Pick<Place, 'readConfig' | 'checkConfig'> {
  return {
    async readConfig(instance, options) {
      const { signal = new AbortController().signal } = options;
      await using machine = await open(instance, options);
      const { container, configPath } = layoutContainer(instance);
      const text = await readText(await machine.engine.open(signal), container, configPath, signal);
      return text === undefined ? undefined : new Secret(text);
    },
    async checkConfig(instance, text, options) {
      const { signal = new AbortController().signal } = options;
      await using machine = await open(instance, options);
      const image = await readImage(instance, machine.engine, signal);
      const there = await machine.engine.open(signal);
      const { container } = layoutContainer(instance);
      await using room = createDockerRoom(await recallBerth(instance, machine.engine, services), () => image);
      const isRunning = (await there.containers.find(container, { signal }))?.state === 'running';
      const spawner = {
        spawn: ({ argv }: { readonly argv: readonly [string, ...string[]] }) =>
          isRunning ? there.containers.exec(container, { argv }, { signal }) : room.spawn(argv, signal),
      };
      await checkConfigText(room, spawner, text, signal);
    },
  };
}

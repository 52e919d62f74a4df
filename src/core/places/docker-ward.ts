import { randomBytes } from 'node:crypto';
import type { Instance } from '../../shared/model/instance.ts';
import { Secret } from '../../shared/secret.ts';
import type { ContainerEngine } from '../container-engine/container-engine.ts';
import type { Evidence } from '../diagnosis/evidence.ts';
import { LOOK_SCRIPT } from '../diagnosis/look-script.ts';
import { parseLook, type Look, type LookQuestion } from '../diagnosis/look.ts';
import { MEND_SCRIPT } from '../diagnosis/mend-script.ts';
import { parseMend, type MendAnswer, type MendOrder, type Ward } from '../diagnosis/ward.ts';
import { exec, type ExecResult } from '../host/exec.ts';
import { query } from '../host/command.ts';
import { labelNames } from '../openclaw/container-layout.ts';
import { buildPassingSpec, containerEnvironment, STOP_SECONDS } from '../openclaw/container-spec.ts';
import { configFileStep } from '../steps/docker/config-file.ts';
import { containerRunningStep } from '../steps/docker/container-running.ts';
import { gatewayReadyStep } from '../steps/docker/gateway-ready.ts';
import { gatewayTokenStep } from '../steps/docker/gateway-token.ts';
import type { Berth } from '../steps/docker/seat.ts';
import { readText } from '../steps/docker/state-files.ts';
import { describeWay } from './backup-change.ts';
import { createGatewayAccess } from './docker-access.ts';
import { readImage } from './docker-berth.ts';
import { readContainerSettings } from './docker-ingress.ts';
import type { PlaceServices } from './place-services.ts';
import { createTokenKeeper } from './token-keeper.ts';
import { describeWanted, readCommonEvidence, readConfigEvidence } from './ward-evidence.ts';

const LOOK_TIMEOUT_MS = 2 * 60_000;
const MEND_TIMEOUT_MS = 10 * 60_000;
/** It ends by itself, also where nobody is left who would end it. */
const PASSING_SECONDS = 20 * 60;
/** What giving files back to their account takes, and nothing else. */
const CAPABILITIES = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER'];

/** An instance in a container: looked at inside of it, mended beside it, so that it need not run for that. */
export function createDockerWard(instance: Instance, berth: Berth, services: PlaceServices): Ward {
  const { layout, engine, seat, labels } = berth;
  const { state, secrets } = services;
  const token = createTokenKeeper(instance, state, secrets);
  const access = createGatewayAccess(instance, layout, engine, () => seat.port, token, services);
  const proxy = instance.container?.proxyAddress ?? '127.0.0.1';
  const settings: Ward['settings'] = () => readContainerSettings(instance, seat, describeWay(instance, proxy));

  const orderText = (order: MendOrder): string =>
    JSON.stringify({
      ...order,
      uid: layout.uid,
      gid: layout.gid,
      config: layout.configPath,
      state: layout.stateDir,
      openclaw: layout.program,
    });
  const run = (
    there: ContainerEngine,
    container: string,
    argv: readonly [string, ...string[]],
    options: { readonly signal: AbortSignal; readonly timeoutMs: number; readonly input?: Secret },
  ): Promise<ExecResult> =>
    exec({ spawn: (_command, spawn) => there.containers.exec(container, { argv }, spawn) }, query(argv), options);

  /** Of orders that were broken off: each ended by itself. One that runs may be another's. */
  const removeLeftOvers = async (there: ContainerEngine, signal: AbortSignal): Promise<void> => {
    const own = { ...labels, [labelNames.role]: 'mend' };
    for (const row of await there.containers.list(own, { signal }))
      if (row.state === 'exited' || row.state === 'dead') await there.containers.remove(row.id, { signal });
  };
  /** A container of the same image with its volumes, for one order. */
  const beside = async (order: MendOrder, doing: string, isRoot: boolean, signal: AbortSignal): Promise<MendAnswer> => {
    const image = await readImage(instance, engine, signal);
    const there = await engine.open(signal);
    await removeLeftOvers(there, signal);
    // another order may be under way beside this one
    const name = `${layout.container}-mend-${randomBytes(4).toString('hex')}`;
    const user = isRoot ? '0:0' : `${String(layout.uid)}:${String(layout.gid)}`;
    const spec = buildPassingSpec({
      name,
      image,
      command: ['sh', '-c', `exec sleep ${String(PASSING_SECONDS)}`],
      env: containerEnvironment(layout),
      user,
      labels: { ...labels, [labelNames.role]: 'mend' },
      volumes: layout.mounts,
    });
    await there.containers.create({ ...spec, capabilities: isRoot ? CAPABILITIES : [] }, { signal });
    try {
      await there.containers.start(name, { signal });
      const input = new Secret(orderText(order));
      return parseMend(
        await run(there, name, ['node', '-e', MEND_SCRIPT], { signal, timeoutMs: MEND_TIMEOUT_MS, input }),
        doing,
      );
    } finally {
      // Also when it was cancelled: what is left over would be nobody's.
      await there.containers.remove(name).catch(() => undefined);
    }
  };

  const readLook = async (
    there: ContainerEngine,
    isRunning: boolean,
    signal: AbortSignal,
  ): Promise<Look | undefined> => {
    if (!isRunning) return undefined;
    const question: LookQuestion = {
      config: layout.configPath,
      state: layout.stateDir,
      uid: layout.uid,
      package: layout.packageDir,
      posix: true,
    };
    const argv = ['node', '-e', LOOK_SCRIPT, JSON.stringify(question)] as const;
    return parseLook(await run(there, layout.container, argv, { signal, timeoutMs: LOOK_TIMEOUT_MS }));
  };
  const readStill = async (there: ContainerEngine, signal: AbortSignal): Promise<Look['config'] | undefined> => {
    const text = await readText(there, layout.container, layout.configPath, signal);
    if (text === undefined) return { is: 'missing' };
    return { is: 'read', text, mode: '0600', uid: layout.uid, bytes: Buffer.byteLength(text) };
  };

  return {
    token,
    settings,
    ready: gatewayReadyStep(berth, access),
    async read(signal) {
      const there = await engine.open(signal);
      const found = await there.containers.find(layout.container, { signal });
      const common = await readCommonEvidence(instance, token, services);
      const look = await readLook(there, found?.state === 'running', signal);
      const config = look?.config ?? (found === undefined ? undefined : await readStill(there, signal));
      const installation = labels[labelNames.installation] ?? '';
      const known = new Set((await state.instances.list()).map(({ id }) => id as string));
      const rows = await there.containers.list({ [labelNames.installation]: installation }, { signal });
      const orphans = rows.filter(
        (row) => row.labels[labelNames.role] === 'gateway' && !known.has(row.labels[labelNames.instance] ?? ''),
      );
      return {
        place: 'docker',
        ...common,
        nowMs: services.now(),
        wanted: describeWanted(instance, { port: layout.port, bind: 'lan', proxy }),
        look,
        config: readConfigEvidence(config),
        container: { found, orphans: orphans.map((row) => row.name) },
      } satisfies Evidence;
    },
    askDoctor: (signal) => beside({ order: 'doctor' }, 'Asking the doctor', false, signal),
    mend: ({ act }, doing, order) => act(doing, (signal) => beside(order, doing, true, signal)),
    applies: {
      config: [configFileStep(berth, settings, token)],
      token: [gatewayTokenStep(berth, token)],
      start: [containerRunningStep(berth, [])],
      restart: [
        {
          timeoutMs: 10 * 60_000,
          async apply({ act, signal }) {
            const there = await engine.open(signal);
            await act(`Restarting the container ${layout.container}`, async (limit) => {
              // A restart by its engine goes on counting.
              await there.containers.stop(layout.container, STOP_SECONDS, { signal: limit });
              await there.containers.start(layout.container, { signal: limit });
            });
          },
        },
      ],
    },
  };
}

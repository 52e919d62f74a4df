import type { Instance } from '../../shared/model/instance.ts';
import { Secret } from '../../shared/secret.ts';
import { LOOK_SCRIPT } from '../diagnosis/look-script.ts';
import { parseLook, type LookQuestion } from '../diagnosis/look.ts';
import { MEND_SCRIPT } from '../diagnosis/mend-script.ts';
import { parseMend, type MendOrder, type Ward } from '../diagnosis/ward.ts';
import { change, query } from '../host/command.ts';
import { exec } from '../host/exec.ts';
import type { Host } from '../host/host.ts';
import { startSupervisedStep } from '../steps/backup/gateway-hand.ts';
import { configFileStep } from '../steps/local/config-file.ts';
import { gatewayReadyStep } from '../steps/local/gateway-ready.ts';
import { gatewayTokenStep } from '../steps/local/gateway-token.ts';
import { defineGateway, localEnvironment, type LocalLayout } from '../steps/local/local-layout.ts';
import type { SupervisorAccess } from '../supervisor/supervise.ts';
import { describeSettings } from './server-draft.ts';
import type { PlaceServices } from './place-services.ts';
import { createTokenKeeper } from './token-keeper.ts';
import { describeWanted, readCommonEvidence, readConfigEvidence } from './ward-evidence.ts';

const LOOK_TIMEOUT_MS = 2 * 60_000;
const MEND_TIMEOUT_MS = 10 * 60_000;

/** An instance of this computer: everything of it is the person's own. */
export function createLocalWard(
  instance: Instance,
  layout: LocalLayout,
  host: Host,
  supervisor: SupervisorAccess,
  services: PlaceServices,
): Ward {
  const { deps, state, secrets } = services;
  const token = createTokenKeeper(instance, state, secrets);
  const client = { version: deps.version, platform: deps.platform };
  const env = localEnvironment(layout);
  const settings: Ward['settings'] = () => describeSettings(instance);
  const orderText = (order: MendOrder): string =>
    JSON.stringify({
      ...order,
      config: layout.configFile,
      state: layout.stateDir,
      package: layout.packageDir,
      openclaw: [layout.node, layout.openclaw],
    });
  const readStatus = async (): Promise<Awaited<ReturnType<SupervisorAccess['readStopped']>>> => {
    await using running = await supervisor.find();
    return (await running?.call('status', { gateway: instance.id })) ?? (await supervisor.readStopped(instance.id));
  };

  return {
    token,
    settings,
    ready: gatewayReadyStep(defineGateway(layout, instance), supervisor, token, client),
    async read(signal) {
      const status = await readStatus();
      const question: LookQuestion = {
        config: layout.configFile,
        state: layout.stateDir,
        package: layout.packageDir,
        posix: layout.platform !== 'win32',
        ...(status?.pid === undefined ? {} : { pid: status.pid }),
      };
      const common = await readCommonEvidence(instance, token, services);
      const command = query([layout.node, '-e', LOOK_SCRIPT, JSON.stringify(question)], { env });
      const look = parseLook(await exec(host, command, { signal, timeoutMs: LOOK_TIMEOUT_MS }));
      return {
        place: 'local',
        ...common,
        wanted: describeWanted(instance, { port: instance.port, bind: 'loopback', proxy: '127.0.0.1' }),
        look,
        config: readConfigEvidence(look.config),
        ...(status === undefined
          ? {}
          : {
              supervised: {
                state: status.state,
                because: status.because,
                restarts: status.crashes,
                ...(status.state === 'running' ? { startedAtMs: Date.parse(status.since) } : {}),
              },
            }),
      };
    },
    async askDoctor(signal) {
      const input = new Secret(orderText({ order: 'doctor' }));
      const command = query([layout.node, '-e', MEND_SCRIPT], { env, slow: true });
      return parseMend(await exec(host, command, { signal, timeoutMs: MEND_TIMEOUT_MS, input }), 'Asking the doctor');
    },
    async mend({ change: run }, doing, order) {
      const input = new Secret(orderText(order));
      const command = change([layout.node, '-e', MEND_SCRIPT], { env });
      return parseMend(await run(command, { doing, input, quiet: true, timeoutMs: MEND_TIMEOUT_MS }), doing);
    },
    applies: {
      config: [configFileStep(layout, settings(), token)],
      token: [gatewayTokenStep(token, layout.configFile)],
      start: [startSupervisedStep(supervisor, instance.id)],
      restart: [
        {
          timeoutMs: 8 * 60_000,
          async apply({ act, signal }) {
            await act('Restarting the gateway', async () => {
              await using running = await supervisor.open(signal);
              await running.call('restart', { gateway: instance.id }, { signal });
            });
          },
        },
      ],
    },
  };
}

import { posix, join as joinHere } from 'node:path';
import type { Instance } from '../../shared/model/instance.ts';
import { change, changeScript } from '../host/command.ts';
import { STOP_SECONDS } from '../openclaw/container-spec.ts';
import { serverEnvironment, type ServerLayout } from '../openclaw/server-layout.ts';
import { suspendedError } from '../openclaw/suspension.ts';
import type { Plan } from '../plans/plan.ts';
import { buildTokenPlan, type TokenPlanInput } from '../plans/token-plan.ts';
import { containerCopies, hostCopies } from '../steps/access/copies.ts';
import type { TokenRotation } from '../steps/access/rotation.ts';
import { planNewToken } from '../steps/access/token-steps.ts';
import { patchedConfigStep as containerConfigStep } from '../steps/docker/config-file.ts';
import { gatewayTokenStep as containerTokenStep } from '../steps/docker/gateway-token.ts';
import type { Berth } from '../steps/docker/seat.ts';
import { patchedConfigStep as localConfigStep } from '../steps/local/config-file.ts';
import { gatewayTokenStep as localTokenStep } from '../steps/local/gateway-token.ts';
import { localEnvironment, type LocalLayout } from '../steps/local/local-layout.ts';
import { patchedConfigStep as serverConfigStep } from '../steps/server/config-file.ts';
import { gatewayTokenStep as serverTokenStep, type TokenKeeper } from '../steps/server/gateway-token.ts';
import type { Step } from '../steps/step.ts';
import type { SupervisorAccess } from '../supervisor/supervise.ts';
import type { Finding } from '../api.ts';
import type { PlaceServices } from './place-services.ts';
import { createTokenKeeper } from './token-keeper.ts';
import { createTokenRotation } from './token-rotation.ts';

interface Given {
  readonly door: Omit<TokenPlanInput['door'], 'client'>;
  readonly copies: TokenPlanInput['copies'];
  readonly align: (keeper: TokenKeeper) => Step;
  readonly write: (rotation: TokenRotation) => Step;
}

/** Within this, whoever asks for a new token again means the one that was cut short. */
const SAME_WISH_MS = 3600_000;

/** Whether asking again goes on with a change that was cut short, or is a wish of its own; what there is to say first. Pure. */
export function judgeCutChange(
  { rotation }: Pick<Instance, 'rotation'>,
  nowMs: number,
): { readonly isNewWish: boolean; readonly findings: readonly Finding[] } {
  if (rotation === undefined) return { isNewWish: false, findings: [] };
  const { at } = rotation;
  if (at === undefined || nowMs - Date.parse(at) > SAME_WISH_MS) return { isNewWish: true, findings: [] };
  const when = `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
  const because = `The change of ${when} was cut short: this brings it to its end, and makes no newer token.`;
  return { isNewWish: false, findings: [{ id: 'token.cut-short', title: 'New token', level: 'warn', because }] };
}

async function plan(
  instance: Instance,
  { deps, state, secrets, now }: PlaceServices,
  { door, copies, align, write }: Given,
): Promise<Plan> {
  // It answers nobody, so that nothing could be seen; what it is resumed with is its own.
  if (instance.suspension !== undefined) throw suspendedError(instance.suspension);
  const rotation = createTokenRotation(instance, state, secrets, now);
  const { next, former } = await rotation.read();
  // A change that was cut short knows both tokens: what the machine says tells only how far it came.
  const isUnderWay = next !== undefined || former !== undefined;
  return buildTokenPlan({
    instance,
    rotation,
    door: { ...door, client: { version: deps.version, platform: deps.platform } },
    copies,
    align: isUnderWay ? undefined : align(createTokenKeeper(instance, state, secrets)),
    isNewWish: judgeCutChange(instance, now()).isNewWish,
    write: write(rotation),
  });
}

export function planServerToken(layout: ServerLayout, instance: Instance, services: PlaceServices): Promise<Plan> {
  const as = { runAs: { user: layout.user }, env: serverEnvironment(layout) } as const;
  const { port } = instance;
  return plan(instance, services, {
    door: {
      port: () => port,
      connect: ({ host }, signal) => host.connect({ port }, { signal }),
      async restart({ changeOk }) {
        await changeOk('Restarting the gateway', change(['systemctl', '--user', 'restart', layout.unit], as));
      },
    },
    copies: hostCopies(
      layout.node,
      as,
      { files: [posix.join(layout.stateDir, '.env')], unit: layout.unitPath, home: layout.home },
      async ({ changeOk }) => {
        await changeOk('Reading the units again', changeScript('systemctl --user daemon-reload', [], as));
      },
    ),
    align: (keeper) => serverTokenStep(keeper, layout.configPath),
    write: (rotation) => serverConfigStep(layout, planNewToken(rotation)),
  });
}

export function planContainerToken(berth: Berth, instance: Instance, services: PlaceServices): Promise<Plan> {
  const { engine, layout, seat } = berth;
  return plan(instance, services, {
    door: {
      port: () => seat.port,
      connect: async (_context, signal) => (await engine.open(signal)).connect(seat.port, { signal }),
      async restart({ act, signal }) {
        const there = await engine.open(signal);
        await act(`Restarting the container ${layout.container}`, (limit) =>
          there.containers.restart(layout.container, STOP_SECONDS, { signal: limit }),
        );
      },
    },
    copies: containerCopies(berth),
    align: (keeper) => containerTokenStep(berth, keeper),
    write: (rotation) => containerConfigStep(berth, planNewToken(rotation)),
  });
}

export function planLocalToken(
  layout: LocalLayout,
  instance: Instance,
  supervisor: SupervisorAccess,
  services: PlaceServices,
): Promise<Plan> {
  const { id, port } = instance;
  return plan(instance, services, {
    door: {
      port: () => port,
      connect: ({ host }, signal) => host.connect({ port }, { signal }),
      async restart({ act, signal }) {
        await act('Restarting the gateway', async () => {
          await using running = await supervisor.open(signal);
          await running.call('restart', { gateway: id }, { signal });
        });
      },
    },
    copies: hostCopies(layout.node, { env: localEnvironment(layout) }, { files: [joinHere(layout.stateDir, '.env')] }),
    align: (keeper) => localTokenStep(keeper, layout.configFile),
    write: (rotation) => localConfigStep(layout, planNewToken(rotation)),
  });
}

import { needed, satisfied } from '../../../shared/model/run.ts';
import type { InstanceId } from '../../../shared/model/ids.ts';
import { userUnitFact } from '../../facts/unit.ts';
import { change, changeScript } from '../../host/command.ts';
import { STOP_SECONDS } from '../../openclaw/container-spec.ts';
import type { ServerLayout } from '../../openclaw/server-layout.ts';
import type { GatewayStatus } from '../../supervisor/definition.ts';
import type { SupervisorAccess } from '../../supervisor/supervise.ts';
import type { Berth } from '../docker/seat.ts';
import type { Step } from '../step.ts';

/** A gateway may drain its work for more than five minutes before it ends. */
const STOP_TIMEOUT_MS = STOP_SECONDS * 1000 + 2 * 60_000;
const START_TIMEOUT_MS = 2 * 60_000;
const STOP = { id: 'stop', title: 'Let the gateway finish and stop it', timeoutMs: STOP_TIMEOUT_MS } as const;

/** Stopped as it asks to be, in contrast to suspending: what it works on it may finish. */
export function stopContainerStep({ engine, layout }: Berth): Step {
  const name = layout.container;
  return {
    ...STOP,
    facts: [],
    async check({ signal }) {
      const state = (await (await engine.find(signal))?.containers.find(name, { signal }))?.state;
      const isUp = state === 'running' || state === 'paused' || state === 'restarting';
      return isUp ? needed(`the container is ${state}`, 'restart') : satisfied('the container does not run');
    },
    async apply({ act, signal }) {
      const there = await engine.open(signal);
      await act(`Stopping the container ${name}`, async (limit) => {
        const found = await there.containers.find(name, { signal: limit });
        if (found === undefined) return;
        // A frozen one cannot hear that it shall end.
        if (found.state === 'paused') await there.containers.unpause(name, { signal: limit });
        await there.containers.stop(name, STOP_SECONDS, { signal: limit });
      });
    },
  };
}

export function stopUnitStep(layout: ServerLayout): Step {
  const unit = userUnitFact(layout.user, layout.unit);
  return {
    ...STOP,
    facts: [unit],
    async check({ read }) {
      const { activeState } = await read(unit);
      const isDown = activeState === 'inactive' || activeState === 'failed';
      return isDown ? satisfied('the gateway does not run') : needed(`the gateway is ${activeState}`, 'restart');
    },
    async apply({ changeOk }) {
      const as = { runAs: { user: layout.user } };
      await changeOk('Stopping the gateway', change(['systemctl', '--user', 'stop', layout.unit], as));
    },
  };
}

export function startUnitStep(layout: ServerLayout): Step {
  const unit = userUnitFact(layout.user, layout.unit);
  return {
    id: 'service',
    title: 'Start the gateway',
    facts: [unit],
    timeoutMs: START_TIMEOUT_MS,
    async check({ read }) {
      const { activeState } = await read(unit);
      return activeState === 'active' ? satisfied('the gateway runs') : needed(`the gateway is ${activeState}`);
    },
    async apply({ changeOk }) {
      const start = 'systemctl --user reset-failed "$1" 2>/dev/null; systemctl --user start "$1"';
      await changeOk('Starting the gateway', changeScript(start, [layout.unit], { runAs: { user: layout.user } }));
    },
  };
}

async function readStatus(supervisor: SupervisorAccess, gateway: InstanceId): Promise<GatewayStatus | undefined> {
  await using client = await supervisor.find();
  return (await client?.call('status', { gateway })) ?? (await supervisor.readStopped(gateway));
}

/** What the supervisor does not know nobody runs. */
export function stopSupervisedStep(supervisor: SupervisorAccess, gateway: InstanceId): Step {
  return {
    ...STOP,
    facts: [],
    async check() {
      const status = await readStatus(supervisor, gateway);
      const isDown = status === undefined || ['stopped', 'suspended', 'failed'].includes(status.state);
      return isDown ? satisfied('the gateway does not run') : needed(`the gateway is ${status.state}`, 'restart');
    },
    async apply({ act, signal }) {
      await act('Stopping the gateway', async () => {
        if ((await readStatus(supervisor, gateway)) === undefined) return;
        await using client = await supervisor.open(signal);
        await client.call('stop', { gateway }, { signal });
      });
    },
  };
}

export function startSupervisedStep(supervisor: SupervisorAccess, gateway: InstanceId): Step {
  return {
    id: 'service',
    title: 'Start the gateway',
    facts: [],
    timeoutMs: START_TIMEOUT_MS,
    async check() {
      const status = await readStatus(supervisor, gateway);
      const isDown = status === undefined || ['stopped', 'stopping', 'failed'].includes(status.state);
      return isDown ? needed(`the gateway is ${status?.state ?? 'not known'}`) : satisfied('the gateway runs');
    },
    async apply({ act, signal }) {
      await act('Starting the gateway', async () => {
        await using client = await supervisor.open(signal);
        await client.call('start', { gateway }, { signal });
      });
    },
  };
}

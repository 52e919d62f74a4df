import { isDeepStrictEqual } from 'node:util';
import { needed, satisfied } from '../../../shared/model/run.ts';
import type { Suspension } from '../../../shared/model/guard.ts';
import type { InstanceId } from '../../../shared/model/ids.ts';
import type { GatewayStatus } from '../../supervisor/definition.ts';
import type { SupervisorAccess } from '../../supervisor/supervise.ts';
import type { Step } from '../step.ts';

const TIMEOUT_MS = 60_000;

async function readStatus(supervisor: SupervisorAccess, gateway: InstanceId): Promise<GatewayStatus | undefined> {
  await using client = await supervisor.find();
  return (await client?.call('status', { gateway })) ?? (await supervisor.readStopped(gateway));
}

/** The gateway ended where it stands, and the supervisor's word that it stays so. */
export function suspendStep(supervisor: SupervisorAccess, gateway: InstanceId, suspension: Suspension): Step {
  return {
    id: 'suspend',
    title: 'End the gateway, and keep it down until it is resumed',
    facts: [],
    timeoutMs: TIMEOUT_MS,
    async check() {
      const status = await readStatus(supervisor, gateway);
      if (status === undefined) return satisfied('the supervisor does not know the gateway: nothing would start it');
      if (status.suspended === undefined) return needed(`the gateway is ${status.state}`, 'restart');
      return isDeepStrictEqual(status.suspended, suspension)
        ? satisfied('the gateway is suspended')
        : needed('the gateway stands still, and its supervisor does not know why yet');
    },
    async apply({ act, signal }) {
      await act('Suspending the gateway', async () => {
        await using client = await supervisor.open(signal);
        await client.call('suspend', { gateway, suspension }, { signal });
      });
    },
  };
}

/** The gateway may run again, and does. */
export function resumeStep(supervisor: SupervisorAccess, gateway: InstanceId): Step {
  return {
    id: 'resume',
    title: 'Let the gateway run again',
    facts: [],
    timeoutMs: TIMEOUT_MS,
    async check() {
      const status = await readStatus(supervisor, gateway);
      if (status === undefined) return satisfied('the supervisor does not know the gateway: deploying makes it anew');
      if (status.suspended !== undefined) return needed(`it is suspended: ${status.because}`);
      // One that waits for its next attempt is in good hands; whether it gets ready is the next step's question.
      const isDown = status.state === 'stopped' || status.state === 'failed' || status.state === 'stopping';
      return isDown ? needed(`the gateway is ${status.state}`) : satisfied('the gateway is not suspended');
    },
    async apply({ act, signal }) {
      await act('Resuming the gateway', async () => {
        await using client = await supervisor.open(signal);
        await client.call('resume', { gateway }, { signal });
        await client.call('start', { gateway }, { signal });
      });
    },
  };
}

import { needed, satisfied } from '../../../shared/model/run.ts';
import { fingerprint, type GatewayDefinition, type GatewayStatus } from '../../supervisor/definition.ts';
import type { SupervisorAccess } from '../../supervisor/supervise.ts';
import { makePrivateDir } from '../../system/atomic-file.ts';
import type { Step } from '../step.ts';

/** The supervisor knows the gateway and runs it as it is defined. */
export function gatewayServiceStep(
  supervisor: SupervisorAccess,
  definition: GatewayDefinition,
  cacheDir: string,
): Step {
  const wanted = fingerprint(definition);
  return {
    id: 'service',
    title: 'Have the supervisor run the gateway',
    facts: [],
    // Long enough for a running gateway of another definition to end the work that it has begun.
    timeoutMs: 6 * 60_000,
    async check() {
      await using client = await supervisor.find();
      if (client === undefined) return needed('no supervisor runs');
      const status = (await client.call('status', { gateway: definition.id })) ?? undefined;
      if (status === undefined) return needed('the supervisor does not know the gateway yet');
      if (status.running !== undefined && status.running !== wanted)
        return needed('the gateway runs with other settings', 'restart');
      return describeStatus(status, wanted);
    },
    async apply({ act, signal }) {
      await act('Having the supervisor run the gateway', async () => {
        await makePrivateDir(cacheDir);
        await using client = await supervisor.open(signal);
        const { running, state } = await client.call('put', { definition });
        const restart = running !== undefined && running !== wanted;
        if (restart || state !== 'running')
          await client.call(restart ? 'restart' : 'start', { gateway: definition.id }, { signal });
      });
    },
  };
}

function describeStatus(status: GatewayStatus, wanted: string): ReturnType<typeof satisfied> {
  if (status.defined !== wanted) return needed('the gateway is to be run with other settings');
  if (status.wanted === 'stopped') return needed('the gateway is stopped');
  if (status.state === 'failed') return needed(`the supervisor has given up: ${status.because}`);
  // One that waits for its next attempt, or is being repaired, is in good hands; whether it gets ready is the next step's question.
  return satisfied(`the supervisor keeps the gateway running (${status.state})`);
}

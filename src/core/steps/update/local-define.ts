import { needed, satisfied } from '../../../shared/model/run.ts';
import { fingerprint, type GatewayDefinition, type GatewayStatus } from '../../supervisor/definition.ts';
import type { SupervisorAccess } from '../../supervisor/supervise.ts';
import type { Step } from '../step.ts';

/** How a gateway that stands still is run when somebody starts it. */
export function defineStillStep(supervisor: SupervisorAccess, definition: GatewayDefinition): Step {
  const wanted = fingerprint(definition);
  const read = async (): Promise<GatewayStatus | undefined> => {
    await using client = await supervisor.find();
    return (await client?.call('status', { gateway: definition.id })) ?? (await supervisor.readStopped(definition.id));
  };
  return {
    id: 'define',
    title: 'Tell the supervisor how the gateway is run',
    facts: [],
    timeoutMs: 60_000,
    async check() {
      return (await read())?.defined === wanted
        ? satisfied('it knows')
        : needed('the gateway is to be run with other settings');
    },
    async apply({ act, signal }) {
      await act('Telling the supervisor how the gateway is run', async () => {
        await using client = await supervisor.open(signal);
        await client.call('put', { definition });
      });
    },
  };
}

import type { Duplex } from 'node:stream';
import { AppError, toAppError } from '../../../shared/app-error.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import type { Secret } from '../../../shared/secret.ts';
import type { Host } from '../../host/host.ts';
import { readGatewayHealth, type ClientIdentity } from '../../openclaw/health.ts';
import { waitUntilReady } from '../../supervisor/readiness.ts';
import type { GatewayDefinition } from '../../supervisor/definition.ts';
import type { TokenKeeper } from '../server/gateway-token.ts';
import type { SupervisorAccess } from '../../supervisor/supervise.ts';
import type { Step } from '../step.ts';

/** A gateway takes 12 s on an idle machine, minutes on one that swaps. */
export const READY_TIMEOUT_MS = 5 * 60_000;

/** The proof that all that went before was right: an authenticated call of the running gateway. */
export function gatewayReadyStep(
  definition: GatewayDefinition,
  supervisor: SupervisorAccess,
  keeper: TokenKeeper,
  client: ClientIdentity,
): Step {
  const { port } = definition;
  const askHealth = async (host: Host, token: Secret, signal: AbortSignal): Promise<string> => {
    const connect = (limit: AbortSignal): Promise<Duplex> => host.connect({ port }, { signal: limit });
    const health = await readGatewayHealth({ connect, port, token, client, signal });
    if (!health.ok) throw new AppError('gateway.rpc', { message: 'The gateway says that it is not healthy.' });
    return health.summary;
  };
  return {
    id: 'gateway',
    title: 'Wait for the gateway and sign in to it',
    facts: [],
    timeoutMs: READY_TIMEOUT_MS + 30_000,
    async check({ host, signal }) {
      const token = await keeper.read();
      if (token === undefined) return needed('there is no token to sign in with');
      try {
        return satisfied(`the gateway answers: ${await askHealth(host, token, signal)}`);
      } catch (thrown) {
        signal.throwIfAborted();
        // Also where it does not take our token: an earlier step of the plan brings that in line.
        return needed(`the gateway does not answer as it should: ${toAppError(thrown).message}`);
      }
    },
    async apply({ act, host, note, signal }) {
      await using supervised = await act('Asking the supervisor', () => supervisor.open(signal));
      await waitUntilReady({
        supervisor: supervised,
        gateway: definition.id,
        logFile: definition.logFile,
        port,
        timeoutMs: READY_TIMEOUT_MS,
        signal,
        note,
      });
      const token = await keeper.read();
      // Asked here so that what is wrong has its own name, and not only "still needed".
      if (token !== undefined) await askHealth(host, token, signal);
    },
  };
}

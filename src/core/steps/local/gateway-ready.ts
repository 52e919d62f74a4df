import { AppError, toAppError } from '../../../shared/app-error.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import { readGatewayHealth, type ClientIdentity } from '../../openclaw/health.ts';
import { waitUntilReady } from '../../supervisor/readiness.ts';
import type { GatewayDefinition } from '../../supervisor/definition.ts';
import type { TokenKeeper } from '../server/gateway-token.ts';
import type { SupervisorAccess } from '../../supervisor/supervise.ts';
import type { Step } from '../step.ts';

/** A gateway takes 12 s on an idle machine, minutes on one that swaps. */
export const READY_TIMEOUT_MS = 5 * 60_000;

/** The proof that all that went before was right: an authenticated call of the running gateway. */
export function gatewayReadyStep(definition: GatewayDefinition, supervisor: SupervisorAccess, keeper: TokenKeeper, client: ClientIdentity): Step {
  const { port } = definition;
  return {
    id: 'gateway',
    title: 'Wait for the gateway and sign in to it',
    facts: [],
    timeoutMs: READY_TIMEOUT_MS + 30_000,
    async check({ host, signal }) {
      const token = await keeper.read();
      if (token === undefined) return needed('there is no token to sign in with');
      try {
        const health = await readGatewayHealth({ connect: (limit) => host.connect({ port }, { signal: limit }), port, token, client, signal });
        if (!health.ok) throw new AppError('gateway.rpc', { message: 'The gateway says that it is not healthy.' });
        return satisfied(`the gateway answers: ${health.summary}`);
      } catch (thrown) {
        signal.throwIfAborted();
        const error = toAppError(thrown);
        if (error.code === 'gateway.auth' || error.code === 'internal.bug') throw error;
        return needed(`the gateway does not answer: ${error.message}`);
      }
    },
    async apply({ note, signal }) {
      await using supervised = await supervisor.open(signal);
      await waitUntilReady({ supervisor: supervised, gateway: definition.id, logFile: definition.logFile, port, timeoutMs: READY_TIMEOUT_MS, signal, note });
    },
  };
}

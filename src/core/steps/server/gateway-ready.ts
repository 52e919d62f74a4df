import { AppError, toAppError } from '../../../shared/app-error.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import type { Secret } from '../../../shared/secret.ts';
import { userUnitFact } from '../../facts/unit.ts';
import { exec } from '../../host/exec.ts';
import type { Host } from '../../host/host.ts';
import { readGatewayHealth, type ClientIdentity } from '../../openclaw/health.ts';
import { buildProbe, expectReady, parseProbeLine } from '../../openclaw/probe-script.ts';
import type { ServerLayout } from '../../openclaw/server-layout.ts';
import type { ApplyContext, Step } from '../step.ts';
import type { TokenKeeper } from './gateway-token.ts';

/** A gateway takes 12 s on an idle machine, minutes on one that swaps. */
export const READY_TIMEOUT_MS = 5 * 60_000;

/** The proof that all that went before was right: an authenticated call through the way that the dashboard will take. */
export function gatewayReadyStep(
  layout: ServerLayout,
  port: number,
  keeper: TokenKeeper,
  client: ClientIdentity,
): Step {
  const unit = userUnitFact(layout.user, layout.unit);
  return {
    id: 'gateway',
    title: 'Wait for the gateway and sign in to it',
    facts: [unit],
    timeoutMs: READY_TIMEOUT_MS + 30_000,
    async check({ read, host, signal }) {
      const { activeState } = await read(unit);
      if (activeState !== 'active') return needed('the gateway does not run yet');
      const token = await keeper.read();
      if (token === undefined) return needed('there is no token to sign in with');
      try {
        return satisfied(`the gateway answers: ${await askHealth(host, port, token, client, signal)}`);
      } catch (thrown) {
        signal.throwIfAborted();
        const error = toAppError(thrown);
        if (
          error.code === 'host.connection-lost' ||
          error.code === 'host.forwarding-denied' ||
          error.code === 'gateway.auth'
        )
          throw error;
        return needed(`the gateway does not answer: ${error.message}`);
      }
    },
    apply: (context) => waitForGateway(layout, port, context),
  };
}

/** @throws AppError where it does not come up */
export async function waitForGateway(
  layout: ServerLayout,
  port: number,
  { host, signal, note }: Pick<ApplyContext, 'host' | 'signal' | 'note'>,
): Promise<void> {
  const probe = buildProbe({
    node: layout.node,
    port,
    timeoutMs: READY_TIMEOUT_MS,
    unit: { user: layout.user, name: layout.unit },
  });
  const result = await exec(host, probe, {
    signal,
    onLine: (_, line) => {
      const said = parseProbeLine(line);
      if (said !== undefined) note(said.text);
    },
  });
  expectReady(result);
}

async function askHealth(
  host: Host,
  port: number,
  token: Secret,
  client: ClientIdentity,
  signal: AbortSignal,
): Promise<string> {
  const health = await readGatewayHealth({
    connect: (limit) => host.connect({ port }, { signal: limit }),
    port,
    token,
    client,
    signal,
  });
  if (!health.ok) throw new AppError('gateway.rpc', { message: 'The gateway says that it is not healthy.' });
  return health.summary;
}

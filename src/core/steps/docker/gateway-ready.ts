import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, toAppError } from '../../../shared/app-error.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import type { ContainerEngine } from '../../container-engine/container-engine.ts';
import type { ContainerLook } from '../../container-engine/container.ts';
import type { OpenGateway } from '../../openclaw/device-connection.ts';
import { readHealth, type ClientIdentity } from '../../openclaw/health.ts';
import { probeReadiness } from '../../openclaw/readiness-probe.ts';
import type { TokenKeeper } from '../server/gateway-token.ts';
import type { Step } from '../step.ts';
import { readLastLines } from './container-log.ts';
import type { Berth } from './seat.ts';
import { endTurn } from './start-turns.ts';

/** A gateway takes 12 s on an idle machine, minutes on one that swaps or starts ten of them. */
const READY_TIMEOUT_MS = 12 * 60_000;
const ASK_EVERY_MS = 250;
/** The engine knows less, and is asked less often: whether the container still lives. */
const LOOK_EVERY_MS = 2_000;
/** One that ended so often while somebody waits for it will not come up. A sound one ends too where it gets no processor. */
const MAX_RESTARTS = 6;
/** How the gateway ends where it refuses its configuration. */
export const EXIT_CONFIG = 78;

export interface GatewayAccess {
  readonly token: TokenKeeper;
  readonly client: ClientIdentity;
  /** Signs in as a device that was approved before. */
  readonly openKnown: OpenGateway;
  /** Has the device approved where it is not. */
  readonly openApproved: OpenGateway;
}

/** The proof that all that went before was right: an authenticated call, as the device that this panel is to the gateway. */
export function gatewayReadyStep({ engine, layout, seat }: Berth, access: GatewayAccess): Step {
  const { token, client } = access;
  const askHealth = async (there: ContainerEngine, open: OpenGateway, signal: AbortSignal): Promise<string> => {
    const secret = await token.read();
    if (secret === undefined) throw new AppError('secrets.missing');
    const { port } = seat;
    const connect: Parameters<OpenGateway>[0]['connect'] = (limit) => there.connect(port, { signal: limit });
    await using gateway = await open({ connect, port, token: secret, client, signal });
    const health = await readHealth(gateway, signal);
    if (!health.ok) throw new AppError('gateway.rpc', { message: 'The gateway says that it is not healthy.' });
    return health.summary;
  };
  return {
    id: 'gateway',
    title: 'Wait for the gateway and sign in to it',
    facts: [],
    timeoutMs: READY_TIMEOUT_MS + 2 * 60_000,
    async check({ signal }) {
      const there = await engine.find(signal);
      const found = await there?.containers.find(layout.container, { signal });
      if (there === undefined || found?.state !== 'running') return needed('the gateway does not run yet');
      try {
        const summary = await askHealth(there, access.openKnown, signal);
        endTurn(layout.container);
        return satisfied(`the gateway answers: ${summary}`);
      } catch (thrown) {
        signal.throwIfAborted();
        return needed(`the gateway does not answer as it should: ${toAppError(thrown).message}`);
      }
    },
    async apply({ act, note, signal }) {
      const there = await engine.open(signal);
      try {
        await waitUntilReady(there, layout.container, seat.port, note, signal);
      } finally {
        endTurn(layout.container);
      }
      await act('Signing in to the gateway', (limit) => askHealth(there, access.openApproved, limit));
    },
  };
}

/** @throws AppError `container.gone`, `container.oom`, `gateway.config-exit`, `gateway.not-ready` with the last lines of its log */
export async function waitUntilReady(
  there: ContainerEngine,
  container: string,
  port: number,
  note: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const begunMs = performance.now();
  const before = (await there.containers.find(container, { signal }))?.restarts ?? 0;
  let said = '';
  let lookedAtMs = begunMs;
  for (;;) {
    signal.throwIfAborted();
    const { text, isReady } = await probeReadiness((limit) => there.connect(port, { signal: limit }));
    if (text !== said) note(`${text} (${((performance.now() - begunMs) / 1000).toFixed(1)} s)`);
    said = text;
    if (isReady) return;
    if (performance.now() - lookedAtMs > LOOK_EVERY_MS) {
      lookedAtMs = performance.now();
      const found = await there.containers.find(container, { signal });
      const failure = await findFailure(there, container, found, before, signal);
      if (failure !== undefined) throw failure;
    }
    if (performance.now() - begunMs > READY_TIMEOUT_MS) {
      throw new AppError('gateway.not-ready', {
        message: `The gateway did not become ready in time: ${text}.`,
        details: { lastLines: await readLastLines(there, container, signal) },
      });
    }
    await sleep(ASK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function findFailure(
  there: ContainerEngine,
  container: string,
  found: ContainerLook | undefined,
  before: number,
  signal: AbortSignal,
): Promise<AppError | undefined> {
  if (found === undefined) return new AppError('container.gone');
  const isUp = found.state === 'running' || found.state === 'created';
  const hasEnded = found.state === 'exited' || found.state === 'dead' || found.exitCode === EXIT_CONFIG;
  if (isUp || (!hasEnded && found.restarts - before < MAX_RESTARTS)) return undefined;
  const details = { exitCode: found.exitCode, lastLines: await readLastLines(there, container, signal) };
  if (found.isOomKilled) return new AppError('container.oom', { details });
  if (found.exitCode === EXIT_CONFIG) return new AppError('gateway.config-exit', { details });
  return new AppError('gateway.not-ready', {
    message: `The gateway does not come up: it ended with ${String(found.exitCode ?? 'no exit code')}.`,
    details,
  });
}

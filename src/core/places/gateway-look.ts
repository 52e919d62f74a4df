import { AppError, toAppError } from '../../shared/app-error.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { Secret } from '../../shared/secret.ts';
import type { InstanceStatus } from '../api-link.ts';
import type { GatewayHealth } from '../openclaw/health.ts';

/** What the machine says of a gateway, before the gateway itself is asked. */
export interface GatewayLook {
  /** Why it cannot answer; undefined where it should. */
  readonly down: Pick<InstanceStatus, 'state' | 'because' | 'error'> | undefined;
  /** What is installed. */
  readonly version: string | undefined;
  /** It was started so short a time ago that it need not answer yet. */
  readonly isYoung: boolean;
  /** Why it ended the last time, where something starts it again by itself. */
  readonly crash?: Required<Pick<InstanceStatus, 'because' | 'error'>> | undefined;
}

export interface GatewayQuestion {
  /** Undefined: there is none. */
  readonly readToken: () => Promise<Secret | undefined>;
  /** Signs in with it, and asks. */
  readonly ask: (token: Secret) => Promise<GatewayHealth>;
  readonly signal?: AbortSignal | undefined;
}

/** What the machine has said, and what the gateway says where it should answer: a failure of that is a status too. */
export async function readGatewayStatus(
  instance: Instance,
  look: GatewayLook,
  { readToken, ask, signal }: GatewayQuestion,
): Promise<InstanceStatus> {
  const { down, version, crash } = look;
  const known = { instance, ...(version === undefined ? {} : { version }) };
  if (down !== undefined) return { ...known, ...down };
  try {
    const token = await readToken();
    if (token === undefined) return { ...known, ...noToken() };
    const health = await ask(token);
    return {
      ...known,
      state: 'running',
      because: crash === undefined ? health.summary : `${health.summary}; ${crash.because}`,
      version: health.version,
      ...(health.uptimeMs === undefined ? {} : { uptimeMs: health.uptimeMs }),
    };
  } catch (thrown) {
    signal?.throwIfAborted();
    return { ...known, ...describeSilence(toAppError(thrown), look) };
  }
}

/** Pure. */
export function noToken(): Required<Pick<InstanceStatus, 'state' | 'because' | 'error'>> {
  return {
    state: 'unreachable',
    because: 'its token is not in the secret store',
    error: new AppError('secrets.missing'),
  };
}

/** What it means that a gateway which should answer does not. Pure. */
export function describeSilence(
  error: AppError,
  look: Pick<GatewayLook, 'isYoung' | 'crash'> | undefined,
): Pick<InstanceStatus, 'state' | 'because' | 'error'> {
  const isSilent = error.code === 'host.port-closed' || error.code === 'gateway.unreachable';
  if (isSilent && look?.isYoung === true) {
    if (look.crash !== undefined) return { state: 'starting', ...look.crash };
    return { state: 'starting', because: 'the service runs, the gateway does not answer yet' };
  }
  return { state: 'unreachable', because: error.message, error };
}

/** A gateway takes 12 s to start on an idle machine, minutes on one that swaps. */
const YOUNG_MS = 3 * 60_000;

/** By two clocks: one that is far ahead of ours says nothing of an age. Pure. */
export const isYoungAt = (startedAtMs: number | undefined, nowMs: number): boolean =>
  startedAtMs !== undefined && Math.abs(nowMs - startedAtMs) < YOUNG_MS;

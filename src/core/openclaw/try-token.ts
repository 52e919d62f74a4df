import { isAppError } from '../../shared/app-error.ts';
import { openGatewayClient, type GatewayClientOptions } from './gateway-client.ts';

/** A gateway lets whoever was wrong before wait for its answer, longer each time. */
const TRY_TIMEOUT_MS = 60_000;

/**
 * Whether a gateway takes this token. Signs in with it and nothing else: what comes after the token (rights, pairing) is no part
 * of the answer. Each refusal counts as a wrong guess there; ten in a minute lock the caller out.
 * @throws AppError `gateway.unreachable`, `gateway.auth` where the gateway hears nobody for a while
 */
export async function tryToken(options: Omit<GatewayClientOptions, 'device'>): Promise<'taken' | 'refused'> {
  try {
    await using client = await openGatewayClient({ timeoutMs: TRY_TIMEOUT_MS, ...options });
    return client.closed.aborted ? 'refused' : 'taken';
  } catch (error) {
    if (isAppError(error, 'gateway.pairing')) return 'taken';
    if (!isAppError(error, 'gateway.auth')) throw error;
    if (error.details?.['code'] === 'AUTH_TOKEN_MISMATCH') return 'refused';
    // Let in, but without rights: so is whoever comes from elsewhere with the right token alone.
    if (error.details?.['code'] === undefined) return 'taken';
    throw error;
  }
}

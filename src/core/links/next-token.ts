import { isAppError } from '../../shared/app-error.ts';
import type { Secret } from '../../shared/secret.ts';
import type { OpenGateway } from '../openclaw/device-connection.ts';

/**
 * Signs in with the token that a change has made but not yet kept as ours, where the one in force is refused: the change was cut
 * short after the gateway had it. Once, and only then: each refusal counts there.
 */
export function withNextToken(open: OpenGateway, readNext: () => Promise<Secret | undefined>): OpenGateway {
  return async (options) => {
    try {
      return await open(options);
    } catch (error) {
      if (!isAppError(error, 'gateway.auth') || error.details?.['code'] !== 'AUTH_TOKEN_MISMATCH') throw error;
      const next = await readNext();
      if (next === undefined || next.equals(options.token)) throw error;
      return await open({ ...options, token: next });
    }
  };
}

import type { ErrorReport } from '../../../shared/app-error.ts';
import { findServer, type Target } from '../../../shared/model/target.ts';

/** A secret that a person can type in. */
export type LoginField = 'sshPassword' | 'keyPassphrase' | 'sudoPassword';

/** Which secret an error asks for. Undefined: no secret would help. Pure. */
export function findLoginField(error: ErrorReport | undefined, target: Target): LoginField | undefined {
  if (findServer(target) === undefined) return undefined;
  switch (error?.code) {
    case 'host.auth-failed':
    case 'host.agent-unavailable':
      return 'sshPassword';
    case 'host.identity-unusable':
      return 'keyPassphrase';
    case 'host.sudo-password':
    case 'host.sudo-missing':
      return 'sudoPassword';
    default:
      return undefined;
  }
}

/** Whether the way out is to look at the keys that are trusted. Pure. */
export function isHostKeyError(error: ErrorReport): boolean {
  return error.code === 'host.key-changed' || error.code === 'host.key-unknown' || error.code === 'host.key-revoked';
}

import type { ServerKey } from '../../src/shared/model/ssh-key.ts';
import { findServer, formatHop, type Target } from '../../src/shared/model/target.ts';
import { ago } from './fake-data.ts';

/** Invented, for looking at screens. @param look `overdue`: there is none yet */
export function makeServerKey(target: Target | undefined, look: string): ServerKey {
  const server = target === undefined ? undefined : findServer(target);
  if (server === undefined) return { sharedWith: [] };
  const login = `${formatHop(server)}:22`;
  if (look === 'overdue') return { login, sharedWith: [] };
  return {
    login,
    key: {
      fingerprint: 'SHA256:5zM1xJ0bS8ynK9a3c2sX3gG9Qy0cA5m2Vv0E6tq1n7k',
      line: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIInventedInventedInventedInventedInvented hardshell@laptop',
      madeAt: ago(60 * 24 * 3),
      provenAt: ago(60 * 24 * 3),
      passwordsOffAt: ago(60 * 24 * 2),
    },
    sharedWith: ['night-shift'],
  };
}

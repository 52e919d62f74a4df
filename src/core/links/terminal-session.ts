import { AppError } from '../../shared/app-error.ts';
import type { ShellSession } from '../api-link.ts';
import type { Process } from '../host/host.ts';

/** A shell with a terminal somewhere else. Who hangs up its terminal ends it. */
export async function openTerminalSession(start: (hangUp: AbortSignal) => Promise<Process>): Promise<ShellSession> {
  const hangUp = new AbortController();
  const child = await start(hangUp.signal);
  child.stderr.resume();
  const ended = child.exit.catch((error: unknown) => {
    if (hangUp.signal.aborted) return { code: null, signal: 'SIGHUP' };
    throw error;
  });
  ended.catch(() => undefined);
  return {
    output: child.stdout,
    input: child.stdin,
    resize: (wanted) => child.resize?.(wanted),
    ended,
    async [Symbol.asyncDispose]() {
      hangUp.abort(new AppError('host.connection-lost', { message: 'The terminal was closed.' }));
      await ended.catch(() => undefined);
    },
  };
}

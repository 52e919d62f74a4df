import { spawn } from 'node:child_process';
import { AppError } from '../../src/shared/app-error.ts';
import { execBatch } from '../../src/core/host/batch.ts';
import type { AskFacts } from '../../src/core/facts/fact.ts';
import type { Exit, Host, Process } from '../../src/core/host/host.ts';
import { argvFromRoot } from '../../src/core/host/privileges.ts';

/**
 * A server of the lab past ssh: `docker exec` as root. For tests of what happens on a machine, where the way to it is not
 * the question. Starts in a tenth of a second, knows no forwards.
 */
export function openDockerExecHost(container: string): Host {
  const closed = new AbortController();
  const traffic = { roundTrips: 0, changes: 0, slowCalls: 0 };
  return {
    name: `docker-exec://${container}`,
    kind: 'fake',
    traffic,
    closed: closed.signal,
    spawn(command, { signal } = {}) {
      traffic.roundTrips += 1;
      if (command.effect === 'change') traffic.changes += 1;
      if (command.slow) traffic.slowCalls += 1;
      const child = spawn('docker', ['exec', '-i', container, ...argvFromRoot(command)], {
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      const exit = new Promise<Exit>((resolve, reject) => {
        child.on('error', reject);
        child.on('close', (code, ended) => {
          if (signal?.aborted === true) reject(signal.reason as Error);
          // The client ends with 128 + N where a signal ended the command.
          else resolve({ code: ended === null ? code : null, signal: ended });
        });
      });
      exit.catch(() => undefined);
      const end = (): void => void child.kill('SIGKILL');
      signal?.addEventListener('abort', end, { once: true });
      child.on('close', () => signal?.removeEventListener('abort', end));
      const process: Process = {
        stdin: child.stdin,
        stdout: child.stdout,
        stderr: child.stderr,
        exit,
        kill: (name) => void child.kill(name),
      };
      return Promise.resolve(process);
    },
    connect: () => Promise.reject(new AppError('host.forwarding-denied')),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** Asks facts as a deploy does: as root, side by side, in one round trip. */
export function askOn(host: Host): AskFacts {
  return (facts) =>
    execBatch(
      host,
      facts.map(({ command }) => command),
      { runAs: 'root', wrap: argvFromRoot, timeoutMs: 60_000 },
    );
}

import { Duplex } from 'node:stream';
import { AppError } from '../../shared/app-error.ts';
import type { ContainerEngine } from '../container-engine/container-engine.ts';

/** Hands bytes on, both ways, until either end is done. */
const RELAY = `const socket = require("node:net").connect(Number(process.argv[1]), "127.0.0.1");
socket.on("error", () => process.exit(1)).on("close", () => process.exit(0));
process.stdin.pipe(socket).pipe(process.stdout);`;

/**
 * A byte stream to a port of the container's own loopback address, through a small program inside: whoever comes this way is
 * to the gateway one of its own machine.
 */
export async function openRelay(
  engine: ContainerEngine,
  container: string,
  port: number,
  signal: AbortSignal,
): Promise<Duplex> {
  const leaving = new AbortController();
  const child = await engine.containers.exec(
    container,
    { argv: ['node', '-e', RELAY, String(port)] },
    { signal: AbortSignal.any([signal, leaving.signal]) },
  );
  child.stderr.resume();
  // Its end is seen at the end of its output.
  child.exit.catch(() => undefined);
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
  stream.once('close', () =>
    leaving.abort(new AppError('gateway.unreachable', { message: 'The way inside was closed.' })),
  );
  return stream;
}

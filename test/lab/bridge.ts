import { execFileSync } from 'node:child_process';
import type { Server } from 'node:net';
import { listen } from './free-port.ts';

/**
 * The address of this machine as the lab's servers see it: Docker's bridge where the engine runs here, else (Docker
 * Desktop) the name under which it reaches the loopback of the machine it runs on.
 */
export function bridgeHost(): string {
  return bridgeAddress() ?? 'host.docker.internal';
}

/** Node.js leaves out interfaces without a carrier, and Docker's bridge has none while no container runs. */
function bridgeAddress(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const said = execFileSync('ip', ['-4', '-o', 'addr', 'show', 'docker0'], { encoding: 'utf8', stdio: 'pipe' });
    return / inet ([0-9.]+)\//.exec(said)?.[1];
  } catch {
    return undefined; // no such interface: the engine is somewhere else
  }
}

const portAttempts = 20;

/**
 * Listens on the same port of the loopback and of Docker's bridge, and nowhere else: what the lab serves is nothing for
 * the network around this machine. `create` makes one server an address.
 */
export async function listenForServers<S extends Server>(create: () => S): Promise<{ port: number; servers: S[] }> {
  const bridge = bridgeAddress();
  for (let attempt = 1; ; attempt += 1) {
    const loopback = create();
    const port = await listen(loopback, '127.0.0.1');
    if (bridge === undefined) return { port, servers: [loopback] };
    const onBridge = create();
    try {
      await listen(onBridge, bridge, port);
      return { port, servers: [loopback, onBridge] };
    } catch (error) {
      loopback.close();
      if (attempt === portAttempts) throw error; // the port was free on one address and taken on the other
    }
  }
}

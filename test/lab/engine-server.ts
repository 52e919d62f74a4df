import { spawn } from 'node:child_process';
import { docker } from './docker.ts';
import { startServer, type LabServer, type ServerOptions } from './server.ts';

/** A server with a Docker engine on it, and an image of a few megabytes with the usual tools. */
export interface EngineServer extends LabServer {
  readonly image: string;
}

/* What the image is made of is the distribution's own: no registry of images is asked. */
const INSTALL = `export DEBIAN_FRONTEND=noninteractive
apt-get -q update && apt-get -q -y --no-install-recommends install docker.io iptables busybox-static
mkdir -p /tmp/image/bin /tmp/image/etc && cd /tmp/image
cp /bin/busybox bin/ && bin/busybox --install -s bin && for link in bin/*; do [ ! -L "$link" ] || ln -sf busybox "$link"; done
printf 'root:x:0:0::/:/bin/sh\\n' >etc/passwd; mkdir -m 1777 tmp
for try in 1 2 3 4 5 6 7 8 9 10; do docker info >/dev/null 2>&1 && break; sleep 1; done
tar -c . | docker import - "$1"`;

/**
 * The engine keeps its data in a volume without a name, which goes with the server: in the server's own disk it would copy
 * layers whole.
 */
export async function startEngineServer(options: ServerOptions = {}): Promise<EngineServer> {
  const server = await startServer({
    ...options,
    dockerArgs: ['--volume', '/var/lib/docker', ...(options.dockerArgs ?? [])],
  });
  try {
    const image = 'lab/tools:1';
    await docker(['exec', server.id, 'sh', '-ec', INSTALL, 'sh', image]);
    return { ...server, image };
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
}

/** Hands an image of this machine's engine to that of a server, as a person without a registry would. */
export async function carryImage(image: string, server: EngineServer): Promise<void> {
  const save = spawn('docker', ['save', image], { stdio: ['ignore', 'pipe', 'inherit'] });
  const load = spawn('docker', ['exec', '--interactive', server.id, 'docker', 'load'], {
    stdio: [save.stdout, 'ignore', 'inherit'],
  });
  const code = await new Promise((resolve) => load.once('exit', resolve));
  if (code !== 0) throw new Error(`docker load ended with ${String(code)}`);
}

import { randomBytes } from 'node:crypto';
import { docker, tryDocker } from '../lab/docker.ts';
import { freePort } from '../lab/free-port.ts';
import { answers, watchDowntime } from './downtime.ts';

const POLL_MS = 100;

/**
 * What somebody would type who knows exactly what to do: the same image, limits, network, volumes and configuration, until the
 * gateway is ready. Nothing checked, nothing that could be repeated or undone.
 */
export async function runBareContainer(image: string, onReady: () => void): Promise<void> {
  await withBareContainer(image, () => {
    onReady();
    return Promise.resolve();
  });
}

/** How long nobody is answered while somebody types `docker stop`, `docker rm` and `docker run` with a newer image. */
export async function swapBareContainer(from: string, to: string): Promise<number> {
  let down = Number.NaN;
  await withBareContainer(from, async (name, run, port) => {
    await using watch = watchDowntime(port);
    while (!(await answers(port))) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    await docker(['stop', '--time', '60', name]);
    await docker(['rm', name]);
    await docker([...run, to, ...GATEWAY]);
    await waitUntilReady(port);
    down = await watch.finish();
  });
  return down;
}

const GATEWAY = ['openclaw', 'gateway', '--bind', 'lan', '--port', '18789'];

async function withBareContainer(
  image: string,
  whenReady: (name: string, run: readonly string[], port: number) => Promise<void>,
): Promise<void> {
  const name = `bare-${randomBytes(6).toString('hex')}`;
  const port = await freePort();
  const config = {
    gateway: {
      mode: 'local',
      bind: 'lan',
      port: 18_789,
      auth: { mode: 'token', token: randomBytes(32).toString('hex') },
      controlUi: { allowedOrigins: [`http://127.0.0.1:${String(port)}`, `http://localhost:${String(port)}`] },
    },
    telemetry: { enabled: false },
  };
  const [state, secrets] = [`${name}-state`, `${name}-secrets`];
  try {
    await docker(['network', 'create', name]);
    await docker(['volume', 'create', state]);
    await docker(['volume', 'create', secrets]);
    const write = 'umask 077; cat > /home/node/.openclaw/openclaw.json';
    await docker(
      ['run', '--rm', '-i', '--network', 'none', '-v', `${state}:/home/node/.openclaw`, image, 'sh', '-c', write],
      JSON.stringify(config),
    );
    const limits = ['--memory', '2g', '--cpus', '2', '--pids-limit', '512', '--cap-drop', 'ALL'];
    const run = [
      ...['run', '-d', '--name', name, '--hostname', name, '--init', ...limits, '--security-opt', 'no-new-privileges'],
      ...['--restart', 'unless-stopped', '--network', name, '-p', `127.0.0.1:${String(port)}:18789`],
      ...['-v', `${state}:/home/node/.openclaw`, '-v', `${secrets}:/home/node/.config/openclaw`],
    ];
    await docker([...run, image, ...GATEWAY]);
    await waitUntilReady(port);
    await whenReady(name, run, port);
  } finally {
    await tryDocker(['rm', '-f', name]);
    await tryDocker(['network', 'rm', name]);
    await tryDocker(['volume', 'rm', state, secrets]);
  }
}

async function waitUntilReady(port: number): Promise<void> {
  for (;;) {
    try {
      if ((await fetch(`http://127.0.0.1:${String(port)}/readyz`)).ok) return;
    } catch {
      // It does not freePort yet.
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

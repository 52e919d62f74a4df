import { text as readAll } from 'node:stream/consumers';
import { PROXY } from '../ingress/docker-proxy.ts';
import type { DockerMachine } from './docker-machine.ts';

const LINES = 1000;

/** What the proxy of the engine said. */
export async function readDockerLogs(
  { engine }: Pick<DockerMachine, 'engine'>,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const there = await engine.open(signal);
  if ((await there.containers.find(PROXY, { signal })) === undefined) return {};
  const lines = await there.containers.logs(PROXY, { follow: false, lines: LINES, timestamps: true, signal });
  return { 'caddy.log': await readAll(lines) };
}

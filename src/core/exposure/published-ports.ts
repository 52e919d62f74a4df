import type { ContainerRow, PublishedPort } from '../container-engine/container.ts';
import { fact, type Fact } from '../facts/fact.ts';
import { isLoopback } from '../facts/listeners.ts';
import { queryScript } from '../host/command.ts';
import { labelNames } from '../openclaw/container-layout.ts';

/** A running container, and where the engine's machine listens for it. */
export interface PublishedContainer {
  readonly name: string;
  /** Of our instance in it; undefined: it is not ours, or it is the proxy. */
  readonly instance: string | undefined;
  /** What it is of ours: the proxy has one. */
  readonly role: string | undefined;
  readonly ports: readonly PublishedPort[];
}

/* A machine without Docker says nothing but the end. `docker ps` waits for an engine that hangs: not here. */
const SCRIPT = `PATH=$PATH:/usr/local/bin:/snap/bin
if command -v docker >/dev/null 2>&1; then
  timeout 10 docker ps --format '{{.Names}}|{{.Label "${labelNames.instance}"}}|{{.Label "${labelNames.role}"}}|{{.Ports}}' 2>/dev/null
fi
echo end`;

/** Containers on that machine with ports that are published, whoever started them. */
export function publishedPortsFact(): Fact<readonly PublishedContainer[]> {
  return fact('published ports', queryScript(SCRIPT, [], { runAs: 'root', env: { LC_ALL: 'C' } }), ({ stdout }) =>
    parsePublished(stdout),
  );
}

/** Pure. */
export function parsePublished(text: string): readonly PublishedContainer[] {
  return text.split('\n').flatMap((line) => {
    const [name = '', instance = '', role = '', ports] = line.split('|');
    if (ports === undefined) return [];
    return [
      {
        name,
        instance: instance === '' ? undefined : instance,
        role: role === '' ? undefined : role,
        ports: ports.split(', ').flatMap(parsePorts),
      },
    ];
  });
}

/** What an engine lists, in the same words. Pure. */
export function readRows(rows: readonly ContainerRow[]): readonly PublishedContainer[] {
  return rows.map(({ name, labels, ports }) => ({
    name,
    instance: labels[labelNames.instance],
    role: labels[labelNames.role],
    ports,
  }));
}

/** `0.0.0.0:8000-8001->80-81/tcp`, `[::]:8080->80/tcp`; what is exposed and not published has no arrow. */
function parsePorts(text: string): PublishedPort[] {
  const match = /^\[?([^\s\]]+?)\]?:(\d+)(?:-(\d+))?->(\d+)(?:-\d+)?\/tcp$/.exec(text.trim());
  if (match === null) return [];
  const [, address = '', from, to = from, inside] = match;
  const first = Number(from);
  return Array.from({ length: Number(to) - first + 1 }, (_, index) => ({
    address,
    port: first + index,
    containerPort: Number(inside) + index,
  }));
}

/** The ports of it that are not for its own machine alone. Pure. */
export function findOpenPorts({ ports }: Pick<PublishedContainer, 'ports'>): readonly number[] {
  const open = ports.filter(({ address }) => !isLoopback(address)).map(({ port }) => port);
  return [...new Set(open)].sort((a, b) => a - b);
}

import { isAppError } from '../../shared/app-error.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { Finding } from '../api.ts';
import type { Mirrors } from '../api-deps.ts';
import { judgeServer, type ServerPreflight } from '../diagnostics/preflight-server.ts';
import type { Fact, FactReader } from '../facts/fact.ts';
import { firstDeployFacts, serverFacts, type FirstDeployFacts, type ServerFacts } from '../facts/server-facts.ts';
import type { Host } from '../host/host.ts';
import type { ServerLayout } from '../openclaw/server-layout.ts';

export interface PreflightRequest {
  readonly layout: ServerLayout;
  readonly mirrors: Mirrors;
  readonly instance: Instance & { readonly nodeVersion: string };
  /** `engines.node` of the version that is to be installed, where the registry was asked. */
  readonly nodeRange: string | undefined;
  /** Whether the server carries the mark of an instance. */
  readonly isClaimed: boolean;
  readonly isInstalled: boolean;
  readonly firewall: boolean;
  readonly nowMs: number;
}

/** What preflight asks every time, for the one batch that a deployment begins with. */
export function listPreflightFacts(layout: ServerLayout): Fact<unknown>[] {
  return Object.values(serverFacts(layout));
}

/** Asks, in one more round trip, what matters only where nothing of ours is yet, and judges it all. */
export async function readServerPreflight(facts: FactReader, request: PreflightRequest): Promise<ServerPreflight> {
  const { layout, mirrors, instance, isClaimed, isInstalled } = request;
  const sources = [
    { what: 'Node.js', urls: [`${mirrors.node}/index.json`, `${mirrors.npm}/npm`] },
    { what: 'OpenClaw', urls: [`${mirrors.npm}/openclaw`] },
    ...(instance.installer === 'official' ? [{ what: 'The official installer', urls: [mirrors.installer] }] : []),
  ];
  const asked = serverFacts(layout);
  const answers: ServerFacts = {
    machine: await facts.read(asked.machine),
    memory: await facts.read(asked.memory),
    disk: await facts.read(asked.disk),
    clock: await facts.read(asked.clock),
    listeners: await facts.read(asked.listeners),
    tools: await facts.read(asked.tools),
    account: await facts.read(asked.account),
    linger: await facts.read(asked.linger),
    firewall: await facts.read(asked.firewall),
  };
  const first = isInstalled ? undefined : await readFirst(facts, firstDeployFacts(sources.flatMap(({ urls }) => urls)));
  return judgeServer(
    answers,
    first,
    {
      own: { ...layout, port: instance.port, isClaimed },
      nodeDir: layout.nodeDir,
      isInstalled,
      node: { openclawVersion: instance.version, range: request.nodeRange, nodeVersion: instance.nodeVersion },
      sources,
      firewall: request.firewall,
    },
    request.nowMs,
  );
}

async function readFirst(facts: FactReader, asked: ReturnType<typeof firstDeployFacts>): Promise<FirstDeployFacts> {
  const [traces, packageLock, reach] = await Promise.all([
    facts.read(asked.traces),
    facts.read(asked.packageLock),
    facts.read(asked.reach),
  ]);
  return { traces, packageLock, reach };
}

const FORWARDING = { id: 'forwarding', title: 'Port forwarding' };

/**
 * Whether the gateway can be reached through this login at all: without that a deployment would fail at its very end.
 * @throws AppError `host.connection-lost`, or the reason of the signal
 */
export async function readForwarding(host: Host, port: number, signal: AbortSignal): Promise<Finding> {
  try {
    const stream = await host.connect({ port }, { signal });
    stream.destroy();
  } catch (error) {
    if (isAppError(error, 'host.forwarding-denied'))
      return { ...FORWARDING, level: 'refuse', because: error.message, error };
    // Nobody answers there yet, which sshd would not know if it did not let us ask.
    if (!isAppError(error, 'host.port-closed')) throw error;
  }
  return { ...FORWARDING, level: 'ok', because: 'The server lets the gateway be reached through SSH.' };
}

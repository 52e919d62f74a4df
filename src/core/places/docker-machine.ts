import { join } from 'node:path';
import { isAppError } from '../../shared/app-error.ts';
import type { DockerTarget } from '../../shared/model/target.ts';
import type { ConnectOptions } from '../api.ts';
import type { ContainerEngine } from '../container-engine/container-engine.ts';
import { openHostEngine } from '../container-engine/open-host-engine.ts';
import { openLocalEngine } from '../container-engine/open-local-engine.ts';
import type { AskFacts } from '../facts/fact.ts';
import type { Host } from '../host/host.ts';
import { openLocalHost } from '../host/local/local-host.ts';
import { serverLayout } from '../openclaw/server-layout.ts';
import type { LeaseKeeper } from '../runner/lease.ts';
import { createLocalLeaseKeeper } from '../runner/local-lease.ts';
import { createServerLeaseKeeper } from '../runner/server-lease.ts';
import type { EngineAccess } from '../steps/docker/engine-access.ts';
import { disposeOnFailure } from '../system/dispose-on-failure.ts';
import { openServer, type ServerConnection } from './server-connection.ts';
import type { PlaceServices } from './place-services.ts';

/** A machine with an engine, or one that may get one: what all that is asked of its instances goes through. */
export interface DockerMachine extends AsyncDisposable {
  /** Counts what the engine was asked as well. */
  readonly host: Host;
  readonly ask: AskFacts;
  readonly engine: EngineAccess;
  /** Undefined: this computer. */
  readonly server: ServerConnection | undefined;
  /** Of one instance: many of them can be worked on at once. */
  openKeeper(container: string): { readonly keeper: LeaseKeeper; readonly ask: AskFacts };
}

export async function openDockerMachine(
  target: DockerTarget,
  services: Pick<PlaceServices, 'deps' | 'trust' | 'keyRing'>,
  options: ConnectOptions,
): Promise<DockerMachine> {
  const { deps } = services;
  if (target.server === undefined) {
    const host = await openLocalHost({ env: definedOnly(deps.env) });
    const { env, homeDir, platform } = deps;
    const engine = createEngineAccess((signal) => openLocalEngine({ env, homeDir, platform }, { signal }));
    const openKeeper: DockerMachine['openKeeper'] = (container) => {
      const keeper = createLocalLeaseKeeper(host, {
        dataDir: deps.dataDir,
        platform,
        scope: join('docker', container),
      });
      return { keeper, ask: keeper.ask };
    };
    return assemble(host, openKeeper('').ask, engine, openKeeper, undefined);
  }
  const server = await openServer(target.server, services, options);
  return disposeOnFailure(server, () => {
    const engine = createEngineAccess((signal) => openHostEngine(server.host, { signal }));
    const openKeeper: DockerMachine['openKeeper'] = (container) => ({
      keeper: createServerLeaseKeeper(server.host, {
        dir: `${serverLayout.ownDir}/docker/${container}`,
        auditLog: serverLayout.auditLog,
      }),
      ask: server.ask,
    });
    return Promise.resolve(assemble(server.host, server.ask, engine, openKeeper, server));
  });
}

type OpenedAccess = EngineAccess & AsyncDisposable & { readonly calls: number };

/** Opened once; one that is not there is looked for again each time, because a step may have brought it. */
export function createEngineAccess(openEngine: (signal: AbortSignal) => Promise<ContainerEngine>): OpenedAccess {
  let opening: Promise<ContainerEngine> | undefined;
  let opened: ContainerEngine | undefined;
  const open = (signal: AbortSignal): Promise<ContainerEngine> => {
    opening ??= openEngine(signal).then(
      (engine) => (opened = engine),
      (error: unknown) => {
        opening = undefined;
        throw error;
      },
    );
    return opening;
  };
  return {
    open,
    async find(signal) {
      try {
        return await open(signal);
      } catch (error) {
        if (isAppError(error, 'engine.missing')) return undefined;
        throw error;
      }
    },
    get calls() {
      return opened?.traffic.calls ?? 0;
    },
    async [Symbol.asyncDispose]() {
      await opening?.then(
        (engine) => engine[Symbol.asyncDispose](),
        () => undefined,
      );
    },
  };
}

function assemble(
  host: Host,
  ask: AskFacts,
  engine: OpenedAccess,
  openKeeper: DockerMachine['openKeeper'],
  server: ServerConnection | undefined,
): DockerMachine {
  return {
    host: countEngine(host, engine),
    ask,
    engine,
    server,
    openKeeper,
    async [Symbol.asyncDispose]() {
      await engine[Symbol.asyncDispose]();
      await (server ?? host)[Symbol.asyncDispose]();
    },
  };
}

/** What is asked of an engine on a server are journeys to that machine as well. */
function countEngine(host: Host, engine: { readonly calls: number }): Host {
  return {
    name: host.name,
    kind: host.kind,
    get traffic() {
      return { ...host.traffic, roundTrips: host.traffic.roundTrips + engine.calls };
    },
    closed: host.closed,
    spawn: (command, options) => host.spawn(command, options),
    connect: (to, options) => host.connect(to, options),
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  };
}

function definedOnly(env: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

import { join } from 'node:path';
import type { Instance } from '../../shared/model/instance.ts';
import { findServer, type SshTarget } from '../../shared/model/target.ts';
import type { ExposureReport } from '../api-operations.ts';
import type { CoreDeps } from '../api-deps.ts';
import {
  checkDockerExposure,
  checkDockerServerExposure,
  checkServerExposure,
  exposureFacts,
} from '../exposure/check-exposure.ts';
import { createOutside } from '../exposure/outside.ts';
import { createFactReader, type FactReader } from '../facts/fact.ts';
import { readSshConfig } from '../host/ssh/ssh-config-file.ts';
import { planRoute } from '../host/ssh/ssh-route.ts';
import type { EngineAccess } from '../steps/docker/engine-access.ts';
import type { ExposureWish } from '../steps/exposure-check.ts';
import type { ServerConnection } from './server-connection.ts';
import type { PlaceServices } from './place-services.ts';

type ExposureServices = Pick<PlaceServices, 'deps' | 'now'>;

/** What of an instance's server can be reached from this computer, as it stands. */
export async function readServerExposure(
  services: ExposureServices,
  instance: Instance,
  { ask }: Pick<ServerConnection, 'ask'>,
  signal: AbortSignal = new AbortController().signal,
): Promise<ExposureReport> {
  return serverExposureWish(services, instance).check({ read: readTogether(ask), signal });
}

/** For the last step of a plan that opens a way to a server. */
export function serverExposureWish({ deps, now }: ExposureServices, instance: Instance): ExposureWish {
  return {
    facts: exposureFacts,
    async check({ read, signal }) {
      const outside = createOutside(await findOutsideAddress(instance, deps));
      return checkServerExposure({ instance, outside, now, signal }, { read });
    },
  };
}

/** An engine of this computer, or of a server. */
interface EngineMachine {
  readonly engine: EngineAccess;
  readonly server: ServerConnection | undefined;
}

/** As `readServerExposure`, for an instance in a container. */
export async function readDockerExposure(
  services: ExposureServices,
  instance: Instance,
  { engine, server }: EngineMachine,
  signal: AbortSignal = new AbortController().signal,
): Promise<ExposureReport> {
  const open = await engine.open(signal);
  if (server === undefined) return checkDockerExposure({ instance, now: services.now, signal }, open);
  const outside = createOutside(await findOutsideAddress(instance, services.deps));
  const question = { instance, outside, now: services.now, signal };
  return checkDockerServerExposure(question, { read: readTogether(server.ask) }, open);
}

/** For the last step of a plan that opens a way to a container. */
export function dockerExposureWish(
  services: ExposureServices,
  instance: Instance,
  machine: EngineMachine,
): ExposureWish {
  return { facts: [], check: ({ signal }) => readDockerExposure(services, instance, machine, signal) };
}

/** Where everybody finds the machine: the address that its certificate is for, else the one that SSH goes to. */
export async function findOutsideAddress({ ingress, target }: Instance, deps: CoreDeps): Promise<string> {
  const access = ingress?.access;
  if (access?.mode === 'ip' && access.address !== undefined) return access.address;
  const server = findServer(target);
  if (server === undefined) throw new TypeError('This computer is not looked at from outside.');
  return deps.outsideAddress?.(server) ?? (await findSshAddress(server, deps));
}

async function findSshAddress(server: SshTarget, { homeDir, userName }: CoreDeps): Promise<string> {
  const config = await readSshConfig(join(homeDir, '.ssh', 'config'), homeDir);
  return planRoute(server, { config, homeDir, localUser: userName }).at(-1)?.host ?? server.host;
}

function readTogether(ask: ServerConnection['ask']): FactReader['read'] {
  const facts = createFactReader(ask, () => exposureFacts);
  return facts.read.bind(facts);
}

import { AppError } from '../../shared/app-error.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { SignIn } from '../api.ts';
import type { InstanceStatus } from '../api-link.ts';
import { createFactReader } from '../facts/fact.ts';
import { packageVersionFact } from '../facts/install.ts';
import { userUnitFact, type UnitState } from '../facts/unit.ts';
import { change, query } from '../host/command.ts';
import { exec, expectOk, type Spawner } from '../host/exec.ts';
import { openForward } from '../host/forward.ts';
import type { Host } from '../host/host.ts';
import type { GatewayClientOptions } from '../openclaw/gateway-client.ts';
import { readGatewayHealth, type ClientIdentity } from '../openclaw/health.ts';
import { serverEnvironment, type ServerLayout } from '../openclaw/server-layout.ts';
import { buildSignInUrl, parseDashboard, type DashboardHandOff } from '../openclaw/sign-in.ts';
import type { Lease } from '../runner/lease.ts';
import { isYoungAt, readGatewayStatus, type GatewayLook, type GatewayQuestion } from './gateway-look.ts';
import type { ServerConnection } from './server-connection.ts';

/** `openclaw dashboard --json` takes seven seconds on an idle machine. */
const DASHBOARD_TIMEOUT_MS = 120_000;

export async function readServerStatus(
  server: ServerConnection,
  instance: Instance,
  layout: ServerLayout,
  { readToken, client, signal }: Omit<GatewayQuestion, 'ask'> & { readonly client: ClientIdentity },
): Promise<InstanceStatus> {
  const { port } = instance;
  const connect: GatewayClientOptions['connect'] = (limit) => server.host.connect({ port }, { signal: limit });
  return await readGatewayStatus(instance, await lookAtServer(server, layout), {
    readToken,
    ask: (token) => readGatewayHealth({ connect, token, port, client, ...(signal === undefined ? {} : { signal }) }),
    signal,
  });
}

export async function lookAtServer({ ask }: Pick<ServerConnection, 'ask'>, layout: ServerLayout): Promise<GatewayLook> {
  const unit = userUnitFact(layout.user, layout.unit);
  const version = packageVersionFact(layout.packageDir);
  const reader = createFactReader(ask, () => [unit, version]);
  const state = await reader.read(unit);
  return {
    down: describeDown(state),
    version: await reader.read(version),
    isYoung: isYoungAt(state.startedAtMs, Date.now()),
  };
}

/** Pure: what the unit says when it is not running; undefined where it is. */
export function describeDown(unit: UnitState): Pick<InstanceStatus, 'state' | 'because' | 'error'> | undefined {
  if (unit.loadState !== 'loaded')
    return { state: 'not-deployed', because: 'there is no gateway service on the server' };
  switch (unit.activeState) {
    case 'active':
    case 'reloading':
      return undefined;
    case 'activating':
      return { state: 'starting', because: `the service is starting (restarted ${unit.restarts} times)` };
    case 'failed':
      return unit.exitCode === 78
        ? {
            state: 'failed',
            because: 'the gateway refuses its configuration',
            error: new AppError('gateway.config-exit'),
          }
        : {
            state: 'failed',
            because: `the service failed with code ${unit.exitCode ?? '?'}`,
            error: new AppError('gateway.unreachable'),
          };
    default:
      return { state: 'stopped', because: 'the service is stopped' };
  }
}

/** A gateway may drain its work for more than five minutes before it ends. */
const CONTROL_TIMEOUT_MS = 6 * 60_000;

/** Under the lease, like every change: not while a run works there, and with a line in the audit log. */
export async function controlServer(
  lease: Lease,
  layout: ServerLayout,
  verb: 'start' | 'stop' | 'restart',
  signal?: AbortSignal,
): Promise<void> {
  const command = change(['systemctl', '--user', verb, layout.unit], { runAs: { user: layout.user } });
  const spawner: Spawner = {
    spawn: (wanted, options) =>
      lease.spawn(wanted, { step: verb, what: `systemctl --user ${verb} ${layout.unit}` }, options),
  };
  const result = await exec(spawner, command, {
    timeoutMs: CONTROL_TIMEOUT_MS,
    ...(signal === undefined ? {} : { signal }),
  });
  expectOk(result, `systemctl ${verb}`);
}

/** What a browser needs to sign in at the gateway of a server. */
export async function askServerHandOff(
  host: Host,
  layout: ServerLayout,
  signal?: AbortSignal,
): Promise<DashboardHandOff> {
  const ask = query([layout.node, layout.openclaw, 'dashboard', '--json'], {
    runAs: { user: layout.user },
    env: serverEnvironment(layout),
    slow: true,
  });
  return parseDashboard(
    await exec(host, ask, { timeoutMs: DASHBOARD_TIMEOUT_MS, ...(signal === undefined ? {} : { signal }) }),
  );
}

/** A bootstrap address through a forward of our own. The forward stays until the sign-in is disposed. */
export async function openServerSignIn(
  server: ServerConnection,
  instance: Instance,
  layout: ServerLayout,
  signal?: AbortSignal,
): Promise<SignIn> {
  const dashboard = await askServerHandOff(server.host, layout, signal);
  const forward = await openForward(server.host, { port: instance.port });
  return {
    url: buildSignInUrl(dashboard, `http://127.0.0.1:${forward.port}`),
    ...(dashboard.expiresAt === undefined ? {} : { expiresAt: dashboard.expiresAt }),
    forwarded: true,
    ended: forward.broken,
    async [Symbol.asyncDispose]() {
      await forward[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

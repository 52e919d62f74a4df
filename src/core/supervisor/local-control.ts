import { AppError } from '../../shared/app-error.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { SignIn } from '../api.ts';
import type { InstanceStatus } from '../api-link.ts';
import { query } from '../host/command.ts';
import { exec } from '../host/exec.ts';
import type { Host, Process, SpawnOptions } from '../host/host.ts';
import { buildSignInUrl, parseDashboard, type DashboardHandOff } from '../openclaw/sign-in.ts';
import type { SupervisorClient } from './client.ts';
import type { GatewayStatus } from './definition.ts';
import { waitUntilReady } from './readiness.ts';
import { EXIT_CONFIG } from './restart-policy.ts';

/** `openclaw dashboard --json` takes seven seconds on an idle machine. */
const DASHBOARD_TIMEOUT_MS = 120_000;
/** A gateway takes 12 s on an idle machine, minutes on one that swaps. */
const READY_TIMEOUT_MS = 5 * 60_000;

/** The programs of one instance on this computer. */
export interface LocalPrograms {
  readonly node: string;
  readonly openclaw: string;
  readonly logFile: string;
  readonly env: Readonly<Record<string, string>>;
}

/** What the supervisor says of a gateway that cannot answer; undefined where it should. Pure. */
export function describeDown(
  gateway: GatewayStatus | undefined,
): Pick<InstanceStatus, 'state' | 'because' | 'error'> | undefined {
  if (gateway === undefined)
    return { state: 'not-deployed', because: 'the supervisor of this computer does not know it' };
  const { state, because, exitCode } = gateway;
  switch (state) {
    case 'running':
      return undefined;
    case 'waiting':
      return { state: 'starting', because: `${because}; it is about to be started again` };
    case 'repairing':
      return { state: 'starting', because };
    case 'stopping':
    case 'stopped':
      return { state: 'stopped', because };
    case 'suspended':
      return { state: 'suspended', because };
    case 'failed':
      return {
        state: 'failed',
        because,
        error: new AppError(exitCode === EXIT_CONFIG ? 'gateway.config-exit' : 'supervisor.gateway-stopped'),
      };
  }
}

/**
 * Starts, stops or restarts the gateway. A started one has become ready when this resolves.
 * @throws AppError as `waitUntilReady`; `instance.unknown` where it was never deployed to its end
 */
export async function controlLocal(
  supervisor: SupervisorClient,
  instance: Instance,
  logFile: string,
  verb: 'start' | 'stop' | 'restart',
  signal: AbortSignal,
): Promise<void> {
  const gateway = instance.id;
  await supervisor.call(verb, { gateway }, { signal });
  if (verb === 'stop') return;
  await waitUntilReady({
    supervisor,
    gateway,
    logFile,
    port: instance.port,
    timeoutMs: READY_TIMEOUT_MS,
    signal,
    note: () => undefined,
  });
}

/** Runs a command with the environment of the gateway; `openclaw` is the one of this instance, whatever else is on the PATH. */
export function spawnLocally(
  host: Host,
  programs: LocalPrograms,
  argv: readonly [string, ...string[]],
  spawn: SpawnOptions,
): Promise<Process> {
  const [program, ...args] = argv;
  const words = program === 'openclaw' ? ([programs.node, programs.openclaw, ...args] as const) : argv;
  return host.spawn(query(words, { env: programs.env }), spawn);
}

/** What a browser needs to sign in at a gateway of this computer. */
export async function askLocalHandOff(
  host: Host,
  programs: LocalPrograms,
  signal?: AbortSignal,
): Promise<DashboardHandOff> {
  const ask = query([programs.node, programs.openclaw, 'dashboard', '--json'], { env: programs.env, slow: true });
  return parseDashboard(
    await exec(host, ask, { timeoutMs: DASHBOARD_TIMEOUT_MS, ...(signal === undefined ? {} : { signal }) }),
  );
}

/** A sign-in address of the gateway itself: on this computer it needs no forward, so it is good also after this process. */
export async function openLocalSignIn(
  host: Host,
  programs: LocalPrograms,
  port: number,
  signal?: AbortSignal,
): Promise<SignIn> {
  const dashboard = await askLocalHandOff(host, programs, signal);
  return {
    url: buildSignInUrl(dashboard, `http://127.0.0.1:${port}`),
    ...(dashboard.expiresAt === undefined ? {} : { expiresAt: dashboard.expiresAt }),
    forwarded: false,
    ended: new Promise(() => undefined),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { instanceIdSchema, type InstanceId } from '../../src/shared/model/ids.ts';
import { connectSupervisor, type SupervisorClient } from '../../src/core/supervisor/client.ts';
import type { GatewayDefinition, GatewayState, GatewayStatus } from '../../src/core/supervisor/definition.ts';
import { ensureSupervisor, type EnsureDeps } from '../../src/core/supervisor/ensure-supervisor.ts';
import { layoutSupervisor } from '../../src/core/supervisor/supervisor-layout.ts';
import { runSupervisor, type SupervisorDeps, type SupervisorOutcome } from '../../src/core/supervisor/supervisor.ts';
import { endWithTest } from './end-with-test.ts';
import { isPidUsed, readProcessIdentity } from '../../src/core/system/process-identity.ts';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

export interface Behaviour {
  readonly exit?: number;
  readonly afterMs?: number;
  readonly ignoresTerm?: boolean;
  readonly drainMs?: number;
  readonly child?: boolean;
  readonly lines?: number;
  readonly writesEveryMs?: number;
  readonly doctor?: {
    readonly takesMs?: number;
    readonly exit?: number;
    readonly config?: unknown;
    readonly then?: Behaviour;
  };
}

/** A data folder with fake gateways. Disposing ends everything that was started for it, by id, and removes it. */
export class GatewayLab implements AsyncDisposable {
  readonly dataDir: string;
  readonly #running: { stop: AbortController; outcome: Promise<SupervisorOutcome> }[] = [];
  readonly #children: ChildProcess[] = [];
  readonly #dirs: string[] = [];
  readonly #ending: Disposable;

  constructor(dataDir: string) {
    this.dataDir = dataDir;
    this.#ending = endWithTest(dataDir);
  }

  static async open(): Promise<GatewayLab> {
    return new GatewayLab(await mkdtemp(join(tmpdir(), 'hardshell-supervisor-')));
  }

  get layout() {
    return layoutSupervisor(this.dataDir, process.platform, tmpdir());
  }

  async define(number: number, behaviour: Behaviour): Promise<GatewayDefinition> {
    const id = instanceIdSchema.parse(`i-${number.toString(16).padStart(16, '0')}`);
    const dir = join(this.dataDir, 'instances', id);
    await mkdir(dir, { recursive: true });
    this.#dirs.push(dir);
    await writeFile(join(dir, 'behaviour.json'), JSON.stringify(behaviour));
    return {
      id,
      name: `gateway ${number}`,
      node: process.execPath,
      entry: here('./fake-gateway.mjs'),
      args: ['gateway', '--port', String(19_000 + number)],
      binDirs: [],
      env: { FAKE_DIR: dir },
      cwd: dir,
      port: 19_000 + number,
      configFile: join(dir, 'openclaw.json'),
      logFile: join(dir, 'gateway.log'),
    };
  }

  behave(definition: GatewayDefinition, behaviour: Behaviour): Promise<void> {
    return writeFile(join(definition.cwd, 'behaviour.json'), JSON.stringify(behaviour));
  }

  /** A supervisor inside the test's own process. */
  async superviseHere(change: Partial<SupervisorDeps> = {}): Promise<SupervisorClient> {
    const stop = new AbortController();
    const outcome = this.supervise(change, stop);
    return this.connect(outcome);
  }

  supervise(change: Partial<SupervisorDeps> = {}, stop = new AbortController()): Promise<SupervisorOutcome> {
    const deps: SupervisorDeps = {
      dataDir: this.dataDir,
      platform: process.platform,
      tmpDir: tmpdir(),
      env: process.env,
      log: () => undefined,
      ...change,
    };
    const outcome = runSupervisor(deps, stop.signal);
    this.#running.push({ stop, outcome });
    return outcome;
  }

  async connect(unless: Promise<unknown> = new Promise(() => undefined)): Promise<SupervisorClient> {
    return until('a supervisor answers', async () => {
      const ended = await Promise.race([unless, sleep(1, 'no' as const)]);
      if (ended !== 'no') throw new Error(`The supervisor ended: ${String(ended)}`);
      return connectSupervisor(this.layout);
    });
  }

  /** What a door needs to start a supervisor in a process of its own. */
  door(env: NodeJS.ProcessEnv = process.env, idleEndMs = 60_000): EnsureDeps {
    return {
      dataDir: this.dataDir,
      homeDir: this.dataDir,
      platform: process.platform,
      tmpDir: tmpdir(),
      env,
      supervisorCommand: [process.execPath, here('./supervise.ts'), this.dataDir, String(idleEndMs)],
    };
  }

  async ensure(): Promise<SupervisorClient> {
    return ensureSupervisor(this.door());
  }

  /** Starts `count` supervisors at once, as processes. */
  race(count: number): ChildProcess[] {
    const children = Array.from({ length: count }, () =>
      spawn(process.execPath, [here('./supervise.ts'), this.dataDir], { stdio: ['ignore', 'ignore', 'pipe'] }),
    );
    this.#children.push(...children);
    return children;
  }

  async starts(definition: GatewayDefinition, role = 'gateway'): Promise<{ pid: number; atMs: number }[]> {
    const text = await readFile(join(definition.cwd, 'starts'), 'utf8').catch(() => '');
    return text.split('\n').flatMap((line) => {
      const [what, pid, at] = line.split(' ');
      return what === role ? [{ pid: Number(pid), atMs: Number(at) }] : [];
    });
  }

  log(definition: GatewayDefinition): Promise<string> {
    return readFile(definition.logFile, 'utf8').catch(() => '');
  }

  /** Ends the supervisor as a crash would. */
  async killSupervisor(client: SupervisorClient): Promise<void> {
    const { process: identity } = await client.call('ping', {});
    process.kill(identity.pid, 'SIGKILL');
    await client.closed;
    await untilGone(identity.pid);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const client = await connectSupervisor(this.layout).catch(() => undefined);
    if (client !== undefined) {
      const { process: identity } = await client.call('ping', {});
      await client.call('shutdown', { gateways: 'leave' }).catch(() => undefined);
      await client[Symbol.asyncDispose]();
      if (identity.pid !== process.pid) await untilGone(identity.pid);
    }
    for (const { stop, outcome } of this.#running) {
      stop.abort();
      await outcome.catch(() => undefined);
    }
    for (const child of this.#children) child.kill('SIGKILL');
    for (const dir of this.#dirs) {
      const text = await readFile(join(dir, 'starts'), 'utf8').catch(() => '');
      for (const pid of new Set(text.split('\n').map((line) => Number(line.split(' ')[1])))) await endFake(pid, dir);
    }
    await rm(this.dataDir, { recursive: true, force: true, maxRetries: 5 });
    this.#ending[Symbol.dispose]();
  }
}

/** Ends a fake gateway that is still there, and no other process: its environment names its folder. */
async function endFake(pid: number, dir: string): Promise<void> {
  if (!(pid > 0) || !isPidUsed(pid)) return;
  const environment = await readFile(`/proc/${String(pid)}/environ`, 'utf8').catch(() => '');
  if (!environment.includes(`FAKE_DIR=${dir}\0`)) return;
  process.kill(-pid, 'SIGKILL');
  await untilGone(pid);
}

export async function until<T>(what: string, ask: () => Promise<T | undefined | false>, withinMs = 20_000): Promise<T> {
  for (const deadline = Date.now() + withinMs; ;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`Not within ${String(withinMs)} ms: ${what}`);
    await sleep(10);
  }
}

export async function untilGone(pid: number): Promise<void> {
  await until(`process ${String(pid)} is gone`, async () => (await readProcessIdentity(pid)) === undefined);
}

export async function untilState(
  client: SupervisorClient,
  gateway: InstanceId,
  state: GatewayState,
): Promise<GatewayStatus> {
  return until(`the gateway is ${state}`, async () => {
    const status = await client.call('status', { gateway });
    return status?.state === state ? status : undefined;
  });
}

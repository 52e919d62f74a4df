import { execFile, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { query, type Command } from '../../src/core/host/command.ts';
import type { ExecResult } from '../../src/core/host/exec.ts';
import { buildProbe, expectReady } from '../../src/core/openclaw/probe-script.ts';
import { openClawInstall } from './openclaw-install.ts';

const startDeadlineMs = 5 * 60_000;
const stopDeadlineMs = 30_000;

/** A home folder of its own with the real OpenClaw beside it; nothing runs in it yet. */
export interface OpenClawHome extends AsyncDisposable {
  readonly home: string;
  readonly stateDir: string;
  readonly configPath: string;
  readonly node: string;
  /** OpenClaw's command line, as this home's owner would call it. */
  openclaw(args: readonly string[], input?: string): Promise<ExecResult>;
  /** Any command, in this home's environment. */
  run(command: Command, input?: string): Promise<ExecResult>;
  /** Starts the gateway and waits until it is ready. */
  startGateway(port: number): Promise<RealGateway>;
}

export interface RealGateway extends AsyncDisposable {
  readonly pid: number;
  readonly output: () => string;
}

export async function openClawHome(): Promise<OpenClawHome> {
  const { node, openclaw } = await openClawInstall();
  const home = await mkdtemp(join(tmpdir(), 'hardshell-openclaw-'));
  const stateDir = join(home, '.openclaw');
  await mkdir(stateDir, { mode: 0o700 });
  await mkdir(join(home, 'tmp'));
  const env = {
    HOME: home,
    TMPDIR: join(home, 'tmp'),
    PATH: `${join(node, '..')}:/usr/local/bin:/usr/bin:/bin`,
    LANG: 'C.UTF-8',
    OPENCLAW_NO_RESPAWN: '1',
    OPENCLAW_DISABLE_BONJOUR: '1',
    OPENCLAW_EXEC_SHELL_SNAPSHOT: '0',
  };
  const run = (command: Command, input = ''): Promise<ExecResult> =>
    new Promise((resolve) => {
      const [program, ...args] = command.argv;
      const child = execFile(
        program,
        args,
        { env: { ...env, ...command.env }, maxBuffer: 64 * 1024 * 1024 },
        (_error, stdout, stderr) => {
          resolve({ command, code: child.exitCode, signal: child.signalCode, stdout, stderr, truncated: false });
        },
      );
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(input);
    });
  const gateways: RealGateway[] = [];

  return {
    home,
    stateDir,
    configPath: join(stateDir, 'openclaw.json'),
    node,
    run,
    openclaw: (args, input) => run(query([node, openclaw, ...args]), input),
    async startGateway(port) {
      const child = spawn(node, [openclaw, 'gateway'], { env, cwd: home, stdio: ['ignore', 'pipe', 'pipe'] });
      let text = '';
      const keep = (chunk: Buffer): void => {
        text = (text + chunk.toString('utf8')).slice(-100_000);
      };
      child.stdout.on('data', keep);
      child.stderr.on('data', keep);
      const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
      const gateway: RealGateway = {
        pid: child.pid ?? 0,
        output: () => text,
        async [Symbol.asyncDispose]() {
          child.kill('SIGTERM');
          const timer = setTimeout(() => child.kill('SIGKILL'), stopDeadlineMs);
          await ended;
          clearTimeout(timer);
        },
      };
      gateways.push(gateway);
      try {
        expectReady(await run(buildProbe({ node, port, timeoutMs: startDeadlineMs })));
      } catch (error) {
        throw new Error(`The gateway does not start:\n${text}`, { cause: error });
      }
      return gateway;
    },
    async [Symbol.asyncDispose]() {
      for (const gateway of gateways) await gateway[Symbol.asyncDispose]();
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export async function writePrivate(path: string, text: string): Promise<void> {
  await writeFile(path, text, { mode: 0o600 });
  await chmod(path, 0o600);
}

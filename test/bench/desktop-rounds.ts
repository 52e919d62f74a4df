import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { electronArguments } from '../../scripts/find-electron.mjs';
import { sayRound } from './measure.ts';
import { readTreePssBytes } from './process-memory.ts';

/*
 * Starts the desktop app and a bare window in turn, and prints what each took. A program of its own, because all of it happens in
 * one session with a keyring (test/lab/session.sh), whose start is nobody's launch time.
 */

/** What a window does at its start has come to rest. */
const IDLE_MS = 5_000;
const PATIENCE_MS = 60_000;
const QUIT_MS = 8_000;

export interface Launch {
  readonly usableMs: number;
  /** Absent where the system has no /proc. */
  readonly idleBytes?: number;
}

/** By round: [the bare window, the app]. */
export type DesktopRounds = readonly (readonly [bare: Launch, app: Launch])[];

const fromHere = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

async function launch(electron: string, args: readonly string[], env: Record<string, string>): Promise<Launch> {
  const startedAt = Date.now();
  const program = spawn(electron, ['--disable-gpu', '-r', fromHere('./tell-usable.cjs'), ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    const usableMs = (await hearUsable(program)) - startedAt;
    if (process.platform !== 'linux' || program.pid === undefined) return { usableMs };
    await sleep(IDLE_MS);
    return { usableMs, idleBytes: await readTreePssBytes(program.pid) };
  } finally {
    await end(program);
  }
}

async function hearUsable(program: ChildProcess): Promise<number> {
  if (program.stdout === null) throw new Error('The program has no output.');
  const lines = createInterface({ input: program.stdout });
  const timer = setTimeout(() => lines.close(), PATIENCE_MS);
  try {
    for await (const line of lines) {
      const at = /^usable at (\d+)$/.exec(line)?.[1];
      if (at !== undefined) return Number(at);
    }
  } finally {
    clearTimeout(timer);
    program.stdout.resume();
  }
  throw new Error('The window was never usable.');
}

async function end(program: ChildProcess): Promise<void> {
  if (program.exitCode !== null || program.signalCode !== null) return;
  const ended = once(program, 'exit');
  program.kill('SIGTERM');
  const timer = setTimeout(() => program.kill('SIGKILL'), QUIT_MS);
  await ended;
  clearTimeout(timer);
}

async function main([electron = '', build = '', count = '1']: readonly string[]): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'hardshell-bench-'));
  const ours = electronArguments(build);
  const asRoot = ours.filter((argument) => argument === '--no-sandbox');
  const launchBare = (): Promise<Launch> =>
    launch(electron, [...asRoot, fromHere('./bare-window.cjs')], { BENCH_DATA_DIR: join(dir, 'bare') });
  const launchApp = (): Promise<Launch> =>
    launch(electron, ours, {
      HARDSHELL_DATA_DIR: join(dir, 'app'),
      // The empty state gives its first card the focus: a person can press Enter.
      BENCH_USABLE: "document.activeElement?.matches('main a[href]') === true",
    });
  try {
    const rounds: (readonly [Launch, Launch])[] = [];
    for (let round = 0; round < Number(count); round += 1) {
      rounds.push([await launchBare(), await launchApp()]);
      const [bare, app] = rounds.at(-1) ?? [];
      sayRound('desktop', round, JSON.stringify({ bare, app }));
    }
    process.stdout.write(`${JSON.stringify(rounds satisfies DesktopRounds)}\n`);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

await main(process.argv.slice(2));

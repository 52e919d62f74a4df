import { spawn, type ChildProcess } from 'node:child_process';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ensureBuild } from '../../scripts/ensure-build.mjs';
import type { ErrorReport } from '../../src/shared/app-error.ts';
import type { JsonLine, ResultLine } from '../../src/cli/json-lines.ts';
import type { HostKey } from './server.ts';
import { tempDataDir } from './temp-data-dir.ts';

export interface PersonOptions {
  /** More variables for the command line: mirrors, passphrase files. */
  readonly env?: Readonly<Record<string, string>>;
  /** Somebody's who is there already, with `home` and `data` in it; it is then left alone. */
  readonly folder?: string;
}

/** Somebody at a computer of their own: a home, a data folder, and the real command line in a process of its own. */
export interface Person extends AsyncDisposable {
  readonly homeDir: string;
  readonly dataDir: string;
  /** Writes `known_hosts` anew. */
  know(hosts: readonly KnownHost[]): Promise<void>;
  /** Starts `hardshell …` as it is built: it starts its supervisor by itself. */
  start(args: readonly string[], stdin?: string): HardshellProcess;
  /** The same, to its end. */
  run(args: readonly string[], stdin?: string): Promise<Ended>;
  /** Keeps the data folder as it is now under a name, and brings it back. */
  keepData(name: string): Promise<void>;
  restoreData(name: string): Promise<void>;
}

export interface KnownHost {
  readonly port: number;
  readonly keys: readonly Pick<HostKey, 'type' | 'key'>[];
  /** `@revoked` */
  readonly marker?: string;
}

export interface HardshellProcess {
  readonly pid: number;
  /** Every line of `--json` so far. */
  readonly lines: readonly JsonLine[];
  /** Resolves with the first line that fits, or with undefined when the process has ended without one. */
  seen(fits: (line: JsonLine) => boolean): Promise<JsonLine | undefined>;
  kill(signal: 'SIGKILL' | 'SIGINT' | 'SIGTERM'): void;
  readonly ended: Promise<Ended>;
}

export interface Ended {
  /** Null: a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly lines: readonly JsonLine[];
  /** The last line of `--json`. */
  readonly result: ResultLine | undefined;
  /** What went wrong, where something did. */
  readonly error: ErrorReport | undefined;
}

export async function openPerson({ env = {}, folder: existing }: PersonOptions = {}): Promise<Person> {
  const entry = join(process.env['HARDSHELL_BUILD'] ?? (await ensureBuild()), 'cli.js');
  const fresh = existing === undefined ? await tempDataDir() : undefined;
  const folder = existing ?? fresh?.path ?? '';
  const homeDir = join(folder, 'home');
  const dataDir = join(folder, 'data');
  const kept = (name: string): string => join(folder, 'kept', name);
  await mkdir(join(homeDir, '.ssh'), { recursive: true, mode: 0o700 });
  const running = new Set<ChildProcess>();

  const start: Person['start'] = (args, stdin = '') => {
    const child = spawn(process.execPath, [entry, ...args], {
      cwd: homeDir,
      env: { ...withoutDesktop(process.env), HOME: homeDir, HARDSHELL_DATA_DIR: dataDir, NO_COLOR: '1', ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    running.add(child);
    child.once('close', () => running.delete(child));
    return follow(child, stdin);
  };

  return {
    homeDir,
    dataDir,
    async know(hosts) {
      const lines = hosts.flatMap(({ port, keys, marker }) =>
        keys.map(({ type, key }) => `${marker === undefined ? '' : `${marker} `}[127.0.0.1]:${port} ${type} ${key}\n`),
      );
      await writeFile(join(homeDir, '.ssh', 'known_hosts'), lines.join(''));
    },
    start,
    run: (args, stdin) => start(args, stdin).ended,
    async keepData(name) {
      await mkdir(dataDir, { recursive: true, mode: 0o700 });
      await rm(kept(name), { recursive: true, force: true });
      await cp(dataDir, kept(name), { recursive: true, preserveTimestamps: true });
    },
    async restoreData(name) {
      await rm(dataDir, { recursive: true, force: true });
      await cp(kept(name), dataDir, { recursive: true, preserveTimestamps: true });
    },
    async [Symbol.asyncDispose]() {
      for (const child of running) child.kill('SIGKILL');
      await fresh?.[Symbol.asyncDispose]();
    },
  };
}

/** Of this machine's desktop and agents a test knows nothing: each person has the vault of their own data folder. */
function withoutDesktop(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const foreign = /^(SSH_AUTH_SOCK|DBUS_SESSION_BUS_ADDRESS|DISPLAY|XDG_.*|HARDSHELL_.*|FORCE_COLOR|VITEST.*)$/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !foreign.test(name)));
}

function follow(child: ChildProcess, stdin: string): HardshellProcess {
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('The command line has no output.');
  const lines: JsonLine[] = [];
  const listeners = new Set<(line: JsonLine | undefined) => void>();
  const text = { stdout: '', stderr: '' };
  // a command that ends before it has read everything is no error of its own
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(stdin);
  stderr.setEncoding('utf8').on('data', (chunk: string) => (text.stderr += chunk));
  const reader = createInterface({ input: stdout }).on('line', (line) => {
    text.stdout += `${line}\n`;
    if (!line.startsWith('{')) return;
    const parsed = JSON.parse(line) as JsonLine;
    lines.push(parsed);
    for (const listener of [...listeners]) listener(parsed);
  });
  const read = new Promise<void>((resolve) => reader.once('close', resolve));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      void read.then(() => {
        const result = lines.findLast((line): line is ResultLine => line.type === 'result');
        resolve({ code, ...text, lines, result, error: result?.ok === false ? result.error : undefined });
        for (const listener of [...listeners]) listener(undefined);
      });
    });
  });
  return {
    pid: child.pid ?? 0,
    lines,
    ended,
    kill: (signal) => void child.kill(signal),
    async seen(fits) {
      const found = lines.find(fits);
      if (found !== undefined) return found;
      return new Promise((resolve) => {
        const listener = (line: JsonLine | undefined): void => {
          if (line !== undefined && !fits(line)) return;
          listeners.delete(listener);
          resolve(line);
        };
        listeners.add(listener);
        // It may have ended before anybody asked.
        void ended.then(() => listener(undefined));
      });
    },
  };
}

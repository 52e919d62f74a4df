import { spawnSync } from 'node:child_process';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CliIo, InterruptSignal, LogEntry, Product } from './io.ts';
import type { Settings } from '../native/settings.ts';
import { readVersion } from '../native/version.ts';
import { runCli } from './program.ts';

/*
 * Door 3: this process becomes the command line. Nothing else here reads the environment or the process.
 */

/** Where the size of the terminal is not known. */
const USUAL_SIZE = { columns: 80, rows: 24 };

const FLUSH_TIMEOUT_MS = 2000;

const entry = fileURLToPath(import.meta.url);

const version = readVersion(entry);

/** Loaded on demand: `--help` needs none of it. */
async function openProduct(settings: Settings, log: LogEntry) {
  const [{ createCore }, { openCoreDeps }] = await Promise.all([
    import('../core/index.ts'),
    import('../native/core-deps.ts'),
  ]);
  const deps = await openCoreDeps({
    settings,
    version,
    log,
    supervisorCommand: (dataDir) => [process.execPath, entry, 'supervise', '--data-dir', dataDir],
  });
  return { deps, core: createCore(deps) };
}

/** The page is built beside this program. */
const staticDir = join(dirname(entry), 'renderer');

const product: Product = {
  version,
  openCore: async (settings, log) => (await openProduct(settings, log)).core,
  async openDoor(settings, log, options) {
    const [{ core, deps }, { openBrowserDoor }] = await Promise.all([
      openProduct(settings, log),
      import('../server/index.ts'),
    ]);
    const { who, dataDir, platform } = deps;
    // A door that is open for long watches over the instances while it is.
    const guards = core.guards.watch();
    const backups = core.backups.watch();
    const updates = core.updates.watch();
    const alerts = core.alerts.watch();
    const door = await openBrowserDoor({ core, version, who, dataDir, platform, log, staticDir, ...options });
    return {
      ...door,
      async [Symbol.asyncDispose]() {
        await door[Symbol.asyncDispose]();
        await guards[Symbol.asyncDispose]();
        await backups[Symbol.asyncDispose]();
        await updates[Symbol.asyncDispose]();
        await alerts[Symbol.asyncDispose]();
        await core[Symbol.asyncDispose]();
      },
    };
  },
};

function openIo(): CliIo {
  const { stdin, stdout, stderr } = process;
  const signals: readonly InterruptSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const terminal = stdout.isTTY ? stdout : stderr;
  return {
    stdin,
    stdout,
    stderr,
    env: process.env,
    cwd: readCwd(),
    platform: process.platform,
    isTty: { stdin: isTerminal(stdin), stdout: isTerminal(stdout), stderr: isTerminal(stderr) },
    columns: () => terminal.columns || USUAL_SIZE.columns,
    rows: () => terminal.rows || USUAL_SIZE.rows,
    onResize: (listener) => {
      terminal.on('resize', listener);
      return () => terminal.off('resize', listener);
    },
    onSignal: (listener) => {
      for (const signal of signals) process.on(signal, listener);
      return () => {
        for (const signal of signals) process.off(signal, listener);
      };
    },
    setPlainOutput: (plain) => {
      // Node.js has no call for it. Where there is no stty, lines begin with one carriage return too many.
      if (process.platform !== 'win32')
        spawnSync('stty', [plain ? '-opost' : 'opost'], { stdio: ['inherit', 'ignore', 'ignore'] });
    },
    onCrash: (listener) => {
      process.on('uncaughtException', listener);
      return () => process.off('uncaughtException', listener);
    },
    nowMs: Date.now,
  };
}

function readCwd(): string {
  try {
    return process.cwd();
  } catch {
    // The folder was removed under our feet.
    return homedir();
  }
}

/** The property is missing, not false, where there is no terminal. */
function isTerminal(stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true;
}

/** Resolves when what was written has gone out, or when nobody seems to take it. */
async function flush(stream: NodeJS.WriteStream): Promise<void> {
  if (!stream.writable) return;
  await new Promise<void>((resolve) => {
    setTimeout(resolve, FLUSH_TIMEOUT_MS).unref();
    stream.write('', () => {
      resolve();
    });
  });
}

const code = await runCli(process.argv.slice(2), openIo(), product);
await Promise.all([flush(process.stdout), flush(process.stderr)]);
// At the second Ctrl-C things may still be going on; a command line that has answered does not wait for them.
process.exit(code);

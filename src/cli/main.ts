import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir, hostname, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CoreDeps } from '../core/index.ts';
import type { CliIo, InterruptSignal, LogEntry, Product } from './io.ts';
import { runCli } from './program.ts';
import type { Settings } from './settings.ts';

/*
 * Door 3: this process becomes the command line. Nothing else here reads the environment or the process.
 */

const NPM = 'https://registry.npmjs.org';
const NODE = 'https://nodejs.org/dist';
const INSTALLER = 'https://openclaw.ai/install.sh';
/** Where OpenSSH for Windows listens; it sets no variable. */
const WINDOWS_AGENT = '\\\\.\\pipe\\openssh-ssh-agent';
/** Where the size of the terminal is not known. */
const USUAL_SIZE = { columns: 80, rows: 24 };

const FLUSH_TIMEOUT_MS = 2000;

const entry = fileURLToPath(import.meta.url);

function readVersion(): string {
  for (let folder = dirname(entry); ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file)) {
      const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as { name?: unknown; version?: unknown };
      if (name === 'hardshell' && typeof version === 'string') return version;
    }
    if (folder === dirname(folder)) return 'unknown';
  }
}

function readUserName(): string {
  try {
    return userInfo().username;
  } catch {
    // An account that the system has no name for, as in some containers.
    return String(process.getuid?.() ?? 'somebody');
  }
}

function readAgent({ sshAgent }: Settings): string | undefined {
  if (sshAgent !== undefined) return sshAgent;
  return process.platform === 'win32' && existsSync(WINDOWS_AGENT) ? WINDOWS_AGENT : undefined;
}

const version = readVersion();

/** Loaded on demand: `--help` needs none of it, and a keychain that does not load is no reason to fail. */
async function openCore(settings: Settings, log: LogEntry) {
  const [{ createCore, defaultDataDir }, { openKeychain }] = await Promise.all([
    import('../core/index.ts'),
    import('../native/keychain.ts'),
  ]);
  const account = { platform: process.platform, homeDir: homedir(), env: process.env };
  const dataDir = settings.dataDir ?? defaultDataDir(account);
  const sshAgent = readAgent(settings);
  const userName = readUserName();
  const keychain = await openKeychain();
  const deps: CoreDeps = {
    dataDir,
    homeDir: account.homeDir,
    platform: account.platform,
    arch: process.arch,
    userName,
    who: `${userName}@${hostname()}`,
    version,
    mirrors: {
      npm: settings.mirrorNpm ?? NPM,
      node: settings.mirrorNode ?? NODE,
      installer: settings.mirrorInstaller ?? INSTALLER,
    },
    supervisorCommand: [process.execPath, entry, 'supervise', '--data-dir', dataDir],
    env: account.env,
    log,
    ...(sshAgent === undefined ? {} : { sshAgent }),
    ...(keychain === undefined ? {} : { keychain }),
    ...(settings.passphraseFile === undefined ? {} : { passphraseFile: settings.passphraseFile }),
    ...(settings.telegramApi === undefined ? {} : { telegramApi: settings.telegramApi }),
  };
  return createCore(deps);
}

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

const product: Product = { version, openCore };
const code = await runCli(process.argv.slice(2), openIo(), product);
await Promise.all([flush(process.stdout), flush(process.stderr)]);
// At the second Ctrl-C things may still be going on; a command line that has answered does not wait for them.
process.exit(code);

import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const script = fileURLToPath(new URL('session.sh', import.meta.url));

/** What belongs to a session is told by these. */
const NAMES = ['DBUS_SESSION_BUS_ADDRESS', 'XDG_RUNTIME_DIR', 'XDG_DATA_HOME'] as const;

/** A session with an unlocked keyring, for as long as this lives: programs come and go in it, as on a desktop. */
export interface DesktopSession extends AsyncDisposable {
  /** What a program is started with to belong to it. */
  readonly env: Readonly<Record<string, string>>;
  /** What the keyring holds for Hardshell, asked by a program that is none of Hardshell's. */
  readKeyring(): Promise<Readonly<Record<string, string>>>;
}

export async function openDesktopSession(): Promise<DesktopSession> {
  // It ends with its standard input, so that a killed test leaves none behind.
  const inside = `
    process.stdout.write(JSON.stringify(Object.fromEntries(${JSON.stringify(NAMES)}.map((name) => [name, process.env[name]]))) + '\\n');
    process.stdin.resume();`;
  const child = spawn(script, [process.execPath, '-e', inside], { stdio: 'pipe' });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const env = await new Promise<Record<string, string>>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The session does not start (${String(code)}): ${said}`)));
    createInterface({ input: child.stdout }).once('line', (line) =>
      resolve(JSON.parse(line) as Record<string, string>),
    );
  });
  return {
    env,
    async readKeyring() {
      const ask = `
        const found = await (await import('keytar')).default.findCredentials('Hardshell');
        process.stdout.write(JSON.stringify(Object.fromEntries(found.map(({ account, password }) => [account, password]))));`;
      const cwd = fileURLToPath(new URL('../..', import.meta.url));
      const { stdout } = await run(process.execPath, ['--input-type=module', '-e', ask], {
        cwd,
        env: { ...process.env, ...env },
        timeout: 30_000,
      });
      return JSON.parse(stdout) as Record<string, string>;
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await ended;
    },
  };
}

import { spawn } from 'node:child_process';

/** Where windows are shown. */
export interface Display extends Disposable {
  /** What a program is started with to be seen there; empty for the one that is there already. */
  readonly env: Readonly<Record<string, string>>;
}

/** The display of this session, or an X server without a screen. Undefined: neither can be had. */
export function openDisplay(): Promise<Display | undefined> {
  const hasOne =
    process.platform !== 'linux' ||
    process.env['DISPLAY'] !== undefined ||
    process.env['WAYLAND_DISPLAY'] !== undefined;
  if (hasOne) return Promise.resolve({ env: {}, [Symbol.dispose]: () => undefined });
  return new Promise((resolve) => {
    const server = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1440x900x24', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    server.once('error', () => resolve(undefined));
    server.once('exit', () => resolve(undefined));
    server.stdout.once('data', (number: Buffer) =>
      resolve({ env: { DISPLAY: `:${number.toString().trim()}` }, [Symbol.dispose]: () => void server.kill() }),
    );
  });
}

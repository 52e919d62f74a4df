import { describe, inject } from 'vitest';
import { _electron, type ElectronApplication, type Page } from 'playwright';
import { electronArguments } from '../../scripts/find-electron.mjs';

/** `describe` for what needs a window: skipped, with the reason in its title, where this machine cannot open one. */
export function describeWithDesktop(title: string, tests: () => void): void {
  const desktop = inject('desktop');
  if (desktop.is === 'up') describe(title, tests);
  else describe.skip(`${title} (${desktop.because})`, tests);
}

/** The same for what needs a desktop's keyring as well. */
export function describeWithKeyring(title: string, { timeout }: { readonly timeout: number }, tests: () => void): void {
  const desktop = inject('desktop');
  const because = desktop.is === 'up' ? desktop.noKeyring : desktop.because;
  if (because === undefined) describe(title, { timeout }, tests);
  else describe.skip(`${title} (${because})`, tests);
}

export interface Desktop extends AsyncDisposable {
  readonly app: ElectronApplication;
  /** The first window's page. */
  readonly page: Page;
  /** What the program has said on standard error. */
  said(): string;
}

/** The folder of the programs that are tested. */
export function desktopBuild(): string {
  const desktop = inject('desktop');
  if (desktop.is === 'missing') throw new Error(desktop.because);
  return desktop.build;
}

export interface DesktopOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Scripts that Electron loads before the program. */
  readonly before?: readonly string[];
}

/** What starts the desktop app with a data folder, for whoever starts it without Playwright. */
export function desktopCommand(
  dataDir: string,
  { env: added = {}, before = [] }: DesktopOptions = {},
): {
  readonly program: string;
  readonly args: string[];
  readonly env: Record<string, string>;
} {
  const desktop = inject('desktop');
  if (desktop.is === 'missing') throw new Error(desktop.because);
  const inherited = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  const env = { ...(Object.fromEntries(inherited) as Record<string, string>), HARDSHELL_DATA_DIR: dataDir, ...added };
  const scripts = before.flatMap((script) => ['-r', script]);
  return { program: desktop.electron, args: ['--disable-gpu', ...scripts, ...electronArguments(desktop.build)], env };
}

export async function openDesktop(dataDir: string, options?: DesktopOptions): Promise<Desktop> {
  const { program, args, env } = desktopCommand(dataDir, options);
  const app = await _electron.launch({ executablePath: program, args, env });
  let said = '';
  const ended = new Promise<void>((resolve) => app.process().once('exit', () => resolve()));
  app.process().stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const page = await app.firstWindow({ timeout: 20_000 });
  return {
    app,
    page,
    said: () => said,
    async [Symbol.asyncDispose]() {
      // Playwright does not always hear of the end of a program that had more pages than its window's.
      await Promise.race([app.close(), ended]);
    },
  };
}

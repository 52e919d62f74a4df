import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { ensureBuild } from '../../scripts/ensure-build.mjs';
import { findElectronForTests } from '../../scripts/find-electron.mjs';

/** Whether windows can be opened here, and with what. */
export type DesktopState =
  | {
      readonly is: 'up';
      readonly electron: string;
      readonly build: string;
      /** Why there is no keyring that a test could have of its own; absent where there is one. */
      readonly noKeyring?: string;
    }
  | { readonly is: 'missing'; readonly because: string };

declare module 'vitest' {
  interface ProvidedContext {
    desktop: DesktopState;
  }
}

interface Display extends Disposable {
  readonly name: string;
}

/** An X server without a screen, on the first display that is free. */
function openDisplay(): Promise<Display | undefined> {
  return new Promise((resolve) => {
    const server = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1440x900x24', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    server.once('error', () => resolve(undefined));
    server.once('exit', () => resolve(undefined));
    server.stdout.once('data', (number: Buffer) =>
      resolve({ name: `:${number.toString().trim()}`, [Symbol.dispose]: () => void server.kill() }),
    );
  });
}

/** What test/lab/session.sh needs. */
const keyringPrograms = ['dbus-run-session', 'gnome-keyring-daemon'];

function findNoKeyring(): { readonly noKeyring?: string } {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const absent = keyringPrograms.find((name) => folders.every((folder) => !existsSync(join(folder, name))));
  return absent === undefined ? {} : { noKeyring: `there is no ${absent} to make a keyring with` };
}

/** Runs once before the tests of the windows: a display where there is none, and one build for all of them. */
export async function setup(project: TestProject): Promise<() => void> {
  const needsDisplay =
    process.platform === 'linux' &&
    process.env['DISPLAY'] === undefined &&
    process.env['WAYLAND_DISPLAY'] === undefined;
  const display = needsDisplay ? await openDisplay() : undefined;
  if (display !== undefined) process.env['DISPLAY'] = display.name;
  const electron = findElectronForTests();
  const missing = (because: string): DesktopState => ({ is: 'missing', because });
  const given = process.env['HARDSHELL_BUILD'];
  const state: DesktopState =
    electron === undefined
      ? missing('there is no Electron: `npx install-electron` downloads it')
      : needsDisplay && display === undefined
        ? missing('there is no display, and no Xvfb to make one')
        : {
            is: 'up',
            electron,
            build: given === undefined || given === '' ? await ensureBuild() : given,
            ...findNoKeyring(),
          };
  const because = state.is === 'missing' ? state.because : state.noKeyring;
  if (because !== undefined && process.env['LAB'] === 'required') throw new Error(`A desktop is required: ${because}`);
  project.provide('desktop', state);
  return () => display?.[Symbol.dispose]();
}

import { spawn } from 'node:child_process';
import type { TestProject } from 'vitest/node';
import { ensureBuild } from '../../scripts/ensure-build.mjs';
import { findElectronForTests } from '../../scripts/find-electron.mjs';

/** Whether windows can be opened here, and with what. */
export type DesktopState =
  | { readonly is: 'up'; readonly electron: string; readonly build: string }
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
        : { is: 'up', electron, build: given === undefined || given === '' ? await ensureBuild() : given };
  if (state.is === 'missing' && process.env['LAB'] === 'required')
    throw new Error(`A desktop is required: ${state.because}`);
  project.provide('desktop', state);
  return () => display?.[Symbol.dispose]();
}

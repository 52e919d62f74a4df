import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { ensureBuild } from '../../scripts/ensure-build.mjs';
import { findElectronForTests } from '../../scripts/find-electron.mjs';
import { openDisplay } from '../lab/display.ts';

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

/** What test/lab/session.sh needs. */
const keyringPrograms = ['dbus-run-session', 'gnome-keyring-daemon'];

function findNoKeyring(): { readonly noKeyring?: string } {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const absent = keyringPrograms.find((name) => folders.every((folder) => !existsSync(join(folder, name))));
  return absent === undefined ? {} : { noKeyring: `there is no ${absent} to make a keyring with` };
}

/** Runs once before the tests of the windows: a display where there is none, and one build for all of them. */
export async function setup(project: TestProject): Promise<() => void> {
  const display = await openDisplay();
  Object.assign(process.env, display?.env);
  const electron = findElectronForTests();
  const missing = (because: string): DesktopState => ({ is: 'missing', because });
  const given = process.env['HARDSHELL_BUILD'];
  const state: DesktopState =
    electron === undefined
      ? missing('there is no Electron: `npx install-electron` downloads it')
      : display === undefined
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

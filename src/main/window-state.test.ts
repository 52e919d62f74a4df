import { describe, expect, it, vi } from 'vitest';
import { openWindowState } from './window-state.ts';

// The library wants a running Electron; what is tested is a disk that takes nothing.
vi.mock('electron-store', () => ({
  default: class {
    get(): unknown {
      return { maximised: true, theme: 'dark', dashboards: {} };
    }
    set(): void {
      throw new Error('ENOSPC: no space left on device');
    }
  },
}));

describe('the state of the window', () => {
  it('is known until the end where it cannot be written, and no reason to fail', () => {
    const state = openWindowState('/nowhere');
    expect([state.maximised, state.theme, state.watchesAlone]).toEqual([true, 'dark', false]);
    state.keepPlace({ x: 1, y: 2, width: 3, height: 4 }, false);
    state.keepTheme('light');
    state.keepDashboard('i-0', { port: 4_000, signedIn: true });
    expect([state.maximised, state.theme]).toEqual([false, 'light']);
    expect(state.dashboard('i-0')).toEqual({ port: 4_000, signedIn: true });
  });
});

import { expect, it } from 'vitest';
import { planGroupSignal } from './process-group.ts';

it.each(['linux', 'darwin'] as const)('signals the group that a process leads on %s', (platform) => {
  expect(planGroupSignal(4711, platform)).toEqual({ target: -4711 });
});

it('ends a process with its children on Windows, which has no groups to signal', () => {
  expect(planGroupSignal(4711, 'win32')).toEqual({ command: ['taskkill.exe', '/PID', '4711', '/T', '/F'] });
});

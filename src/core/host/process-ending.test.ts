import { expect, it } from 'vitest';
import { endProcess } from './process-ending.ts';

/** A process that ends at the signal of this number, counted from 1. */
function createProcess(endsAt: number) {
  const heard: string[] = [];
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  return {
    heard,
    ended,
    kill: (signal: 'SIGTERM' | 'SIGKILL') => {
      if (heard.push(signal) === endsAt) end();
    },
    letGo: () => void heard.push('let go'),
  };
}

it.each([
  { endsAt: 1, signals: ['SIGTERM', 'let go'] },
  // The first one was lost while a shell started a program.
  { endsAt: 2, signals: ['SIGTERM', 'SIGTERM', 'let go'] },
  { endsAt: 3, signals: ['SIGTERM', 'SIGTERM', 'SIGKILL', 'let go'] },
  { endsAt: Infinity, signals: ['SIGTERM', 'SIGTERM', 'SIGKILL', 'let go'] },
])('a process that ends at signal $endsAt hears $signals', async ({ endsAt, signals }) => {
  const process = createProcess(endsAt);
  await endProcess(process);
  expect(process.heard).toEqual(signals);
});

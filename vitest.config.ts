import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Core must run where Electron is not: its tests meet a module that throws. */
const alias = { electron: fromHere('./test/forbidden/electron.ts') };

/** What other files show on another kind of place is left to `npm run test:all`. */
const takesAll = process.env['HARDSHELL_TEST_ALL'] === '1';
/** A gateway takes 12 s and 0.8 GB to start: few servers at once, and waits that survive a busy machine. */
const minuteMs = 60_000;
/** What is waited for comes in the end: one second, which is what vitest waits, is a matter of how busy a machine is. */
const expectPatiently = { poll: { timeout: 20_000 } };

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'test/*.test.ts'],
          // They wait more than they compute, and vitest would take one worker on two processors.
          maxWorkers: Math.max(3, availableParallelism() - 1),
          // Real processes, shells and locks: what takes 0.2 s alone takes long on a machine that also starts gateways.
          testTimeout: 30_000,
          expect: expectPatiently,
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          exclude: takesAll ? [] : ['test/integration/**/*.all.test.ts'],
          globalSetup: ['test/lab/global-setup.ts'],
          setupFiles: ['test/lab/end-with-run.ts'],
          pool: 'forks',
          maxWorkers: 2,
          testTimeout: 20 * minuteMs,
          expect: expectPatiently,
          hookTimeout: 20 * minuteMs,
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/e2e/desktop-setup.ts'],
          // Windows, and who has the focus, belong to one test at a time.
          pool: 'forks',
          maxWorkers: 1,
          testTimeout: 2 * minuteMs,
          expect: expectPatiently,
          hookTimeout: 2 * minuteMs,
        },
      },
    ],
  },
});

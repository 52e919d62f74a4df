import { vi } from 'vitest';

/** What comes in the end, however busy the machine is: vitest itself waits for one second. */
export const until = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 20_000, interval: 20 });

import { describe, inject } from 'vitest';

/** `describe` for what needs the lab: skipped, with the reason in its title, where this machine cannot have it. */
export function describeWithLab(title: string, tests: () => void): void {
  const lab = inject('lab');
  if (lab.is === 'up') describe(title, tests);
  else describe.skip(`${title} (${lab.because})`, tests);
}

import type { GuardRule } from '../../shared/model/guard.ts';

const rules: Readonly<Record<GuardRule, string>> = {
  cpu: 'It keeps the processors busy',
  memory: 'It fills its memory',
  restarts: 'It crashes again and again',
  requests: 'It gets too many requests',
  disk: 'It fills the disk',
};

/** What an instance may take of its machine, and what suspends it. */
export const enLimits = {
  title: 'Limits',
  memory: 'Memory',
  memoryField: 'Memory (GB)',
  memoryHint: 'At least 1. OpenClaw works well with 2.',
  cpus: 'Processors',
  cpusHint: 'Parts of one are fine: 0.5.',
  memoryWrong: 'Write a number of gigabytes, at least 1.',
  cpusWrong: 'Write a number of processors, at least 0.25.',
  change: 'Change…',
  changeTitle: (name: string) => `Change the limits of ${name}`,
  changeLead: 'It goes on running where the engine can change them live.',
  look: 'Show what will happen',
  guard: {
    title: 'Guard',
    lead: 'Suspends it by itself when it runs wild. Works while Hardshell runs: its window, its tray, `hardshell serve`, or `hardshell watch`.',
    off: 'Off: nothing suspends it but you.',
    rules,
    above: 'Above (%)',
    aboveCount: 'More than',
    aboveDisk: 'Above (GB)',
    minutes: 'For (minutes)',
    within: 'Within (minutes)',
    percentWrong: 'Between 1 and 100.',
    minutesWrong: 'Between 0.2 and 1440.',
    countWrong: 'A whole number, at least 1.',
    diskWrong: 'Write a number of gigabytes.',
    requestsHint: 'Counts what comes over HTTPS; a private tunnel has no visitors.',
    save: 'Save',
    saved: 'Saved',
  },
};

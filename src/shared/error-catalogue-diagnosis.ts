import { failed, refused } from './error-entry.ts';

/** What can go wrong with looking for what is wrong. */
export const diagnosisErrors = {
  'diagnosis.unhealthy': failed(
    'Something is wrong with this instance.',
    'Run `hardshell doctor NAME --fix` to mend what can be mended without harm.',
    false,
  ),
  'diagnosis.failed': failed(
    'What the machine said about this instance could not be understood.',
    'Look at its log, then try again.',
  ),
  'repair.nothing': refused(
    'There is nothing to repair that was chosen.',
    'Run `hardshell doctor NAME` to see what was found, and name a check that has a repair.',
  ),
  'repair.failed': failed('The repair did not work.', 'The details say what stood in the way.'),
  'repair.unseen': refused(
    "What OpenClaw's doctor would write has not been looked at.",
    'Look at it first: `hardshell doctor NAME --fix --only openclaw.config` shows it.',
  ),
  'repair.changed': refused(
    'openclaw.json is not what it was when you looked at it. Nothing was written.',
    'Look at what would be written now, then repair.',
  ),
  'bundle.unwritable': failed(
    'The support bundle could not be written there.',
    'Choose a folder you may write to.',
    false,
  ),
  'bundle.unknown': refused('This support bundle is not kept any longer.', 'Make it again.'),
} as const;

import { failed, refused } from './error-entry.ts';

/** What can go wrong with an edit of the configuration. */
export const configurationErrors = {
  'config.conflict': refused(
    'The configuration was changed by somebody else in the meantime.',
    'Nothing was written. Look at what is there now, then apply your change to that.',
  ),
  'config.owned': refused(
    'This setting is what Hardshell reaches the instance by.',
    'It is changed where the message says; everything else of the edit can be applied without it.',
  ),
  'config.dangerous': refused(
    'This setting would let people in who should not be.',
    'Leave it out; everything else of the edit can be applied without it.',
  ),
  'config.secret-unknown': refused(
    'A secret that is hidden was moved to a place where there is none to keep.',
    'Write the secret itself there, or leave it where it was.',
  ),
  'config.not-in-force': failed(
    'The configuration is written, but the gateway goes on with the one before.',
    'Restart the instance.',
    false,
  ),
  'config.missing': refused(
    'There is no openclaw.json yet.',
    'Deploy the instance to its end; its configuration is there afterwards.',
  ),
  'config.entry-unknown': refused(
    'There is no such entry in the history.',
    'Run `hardshell config NAME history` to see which there are.',
  ),
  'config.unreadable-answer': failed(
    'The gateway answered in a way that Hardshell does not know.',
    'Update Hardshell, or stop the instance and edit its file.',
    false,
  ),
} as const;

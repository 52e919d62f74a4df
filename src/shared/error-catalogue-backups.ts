import { failed, refused } from './error-entry.ts';

/** What can go wrong with backups. */
export const backupErrors = {
  'backup.failed': failed('OpenClaw could not make the backup.', 'Its own words are in the details.'),
  'backup.unverified': failed(
    'The backup was written, but does not verify.',
    'It is not kept. Run the same command again; if it stays so, look at the disk of the machine.',
  ),
  'backup.no-room': failed(
    'There is not enough room for the backup.',
    'Make room, or keep fewer. The backups that are there were not touched.',
  ),
  'backup.damaged': refused(
    'This backup is damaged: it is not what was written.',
    'Choose another copy, or another backup. Nothing was changed.',
  ),
  'backup.key-wrong': refused(
    'This key does not open the backup.',
    'Use the key of the Hardshell that made it: it stands on its recovery sheet.',
  ),
  'backup.key-missing': failed(
    'The key of the backups is not in the secret store.',
    'Unlock the store, or give the key of the recovery sheet with --secrets-stdin as backupKey.',
  ),
  'backup.unknown': refused('There is no such backup.', 'Run `hardshell backups` to see which there are.'),
  'backup.gone': refused(
    'The file of this backup is not where it was.',
    'It was moved or removed by somebody. Choose another copy, or another backup.',
  ),
  'backup.unreachable': failed(
    'The place where the backup lies does not answer.',
    'Check that it is there and that the login works.',
  ),
  'backup.denied': failed(
    'That place does not let backups be written.',
    'Check who owns the folder there, and the rights of the account.',
    false,
  ),
  'backup.pinned': refused(
    'This backup is what an update can still be taken back with.',
    'It goes with the next update.',
  ),
  'backup.too-new': refused(
    'This backup was made by a newer OpenClaw than the one there.',
    'Update the instance to at least that version first; its state cannot go backwards.',
  ),
  'restore.failed': failed(
    'The backup could not be put in place.',
    'What was there before is there again. The details say what stood in the way.',
  ),
} as const;

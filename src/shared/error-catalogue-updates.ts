import { failed, refused } from './error-entry.ts';

/** What can go wrong with updates, and with taking them back. */
export const updateErrors = {
  'update.refused': failed(
    'OpenClaw says that this update cannot be made.',
    'Nothing was changed. Its own words are in the details.',
  ),
  'update.failed': failed('The newer version did not come up as it should.', 'The details say what stood in the way.'),
  'update.rolled-back': failed(
    'The update failed, and the version before it is there again.',
    'The details say what stood in the way.',
  ),
  'update.stuck': failed(
    'The update failed, and the version before it does not serve again yet.',
    'Run the same again: it goes on where this one stopped.',
  ),
  'update.older': refused(
    'This version is older than the one there.',
    'State goes forward only. To take the last update back, use `hardshell rollback`.',
  ),
  'update.unfinished': refused(
    'An update of this instance was cut short.',
    'Run `hardshell update` for it again, or `hardshell rollback` to take it back.',
  ),
  'update.suspended': refused(
    'This instance is suspended: it is not updated.',
    'Resume it first. What is only stopped can be updated, and stays stopped.',
  ),
  'rollback.none': refused('There is no update that could be taken back.', 'The way back is kept for the last update.'),
  'rollback.no-backup': refused(
    'The backup that belongs to the older version is gone.',
    'Restore another backup, or update to a newer version.',
  ),
} as const;

import { failed } from './error-entry.ts';

/** What can go wrong with logs. */
export const logErrors = {
  'logs.not-saved': failed('The log could not be written to the file.', 'Choose another folder, or make room.'),
};

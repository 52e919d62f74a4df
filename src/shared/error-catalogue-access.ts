import { failed, refused } from './error-entry.ts';

/** What can go wrong with who may come in. */
export const accessErrors = {
  'token.alive': failed(
    'The gateway still takes the old token.',
    'The new one is in openclaw.json. Restart the gateway, then run the same command again: it goes on from there.',
  ),
  'token.left-over': failed(
    'The token is changed, but a file that cannot be written names the old one still.',
    'Nobody gets in with the old one. Programs that go by that file need the new one: `hardshell token NAME show` says it.',
    false,
  ),
  'device.unknown': refused(
    'There is no such device, and no such request.',
    'It may have been removed, or asked anew under another id. Look at the list again.',
  ),
  'device.own': refused(
    'That is Hardshell itself, as the gateway knows it.',
    'Give it a new token instead: Hardshell signs in anew by itself.',
  ),
} as const;

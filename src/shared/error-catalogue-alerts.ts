import { failed, refused } from './error-entry.ts';

/** What can go wrong with alerts, and with what watches while no window is open. */
export const alertErrors = {
  'alert.telegram-refused': failed(
    'Telegram did not take the message.',
    'Check the chat, and that the bot was started in it; Telegram’s own words are in the details.',
    false,
  ),
  'alert.webhook-refused': failed(
    'The webhook did not take the message.',
    'Check its address and its format. One that leads elsewhere is not followed: give the address it leads to.',
    false,
  ),
  'alert.webhook-unreachable': failed(
    'The webhook does not answer.',
    'Check that its address is right and can be reached from this computer.',
  ),
  'alert.no-channel': refused(
    'There is nobody to tell.',
    'Switch on notifications, or give a Telegram chat or a webhook first.',
  ),
  'watch.unsupported': refused(
    'This system has no user services that Hardshell knows.',
    'Keep `hardshell watch` running by other means.',
  ),
  'watch.failed': failed(
    'The watch service could not be changed.',
    'The system’s own words are in the details. `hardshell watch` in a terminal does the same while it is open.',
  ),
} as const;

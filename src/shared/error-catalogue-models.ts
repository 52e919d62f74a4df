import { failed, refused } from './error-entry.ts';

/** What can go wrong with models, channels, skills and the agent's files. */
export const modelErrors = {
  'provider.no-credit': refused(
    'The key is right, but its account has no credit.',
    'Add credit at the provider, then try again. Nothing was kept.',
  ),
  'provider.key-limit': refused(
    'The key is right, but its own limit is used up, or it may not do this.',
    'Raise the limit of the key at the provider, or make another key. Nothing was kept.',
  ),
  'provider.unreachable': failed(
    'The model provider could not be asked whether the key is right.',
    'Check the network and the address. To keep the key without a test, say so.',
  ),
  'provider.key-missing': refused('There is no key of that provider.', 'Give it one first.'),
  'model.unknown': refused('The gateway does not know this model.', 'Choose one from its list.'),
  'channel.unknown': refused('There is no such channel here.', 'Look at the list of channels.'),
  'channel.account-shared': refused(
    'The settings of this account are those of the whole channel.',
    'Remove the other accounts first, or edit the channel on the Configuration tab.',
  ),
  'channel.setting': refused('OpenClaw does not take these settings.', 'Its own words are in the details.'),
  'channel.doubtful': refused(
    'Something about this bot would not work.',
    'Mend it first, or say that you want it as it is.',
  ),
  'channel.discord-token': refused(
    'Discord does not accept this bot token.',
    'Reset the token on the Bot page of the Discord developer portal.',
  ),
  'channel.discord-unreachable': failed(
    'Discord could not be asked about this bot.',
    'Check the network, then try again.',
  ),
  'channel.not-started': failed('The channel did not start.', 'Its last error is shown beside it.'),
  'channel.no-scan': refused(
    'This channel shows no code to scan.',
    'Add it first. When it was just added, wait until the gateway has loaded it.',
  ),
  'channel.not-scanned': refused(
    'No phone has scanned the code in time.',
    'Ask for another one, and scan it within a minute.',
  ),
  'channel.no-code': refused(
    'The channel has no code to show: a phone may be linked already.',
    'Look at the channel first. `hardshell channels NAME scan CHANNEL anew` unlinks the phone, and shows a code.',
  ),
  'channel.no-picture': refused(
    'The code cannot be drawn in this terminal.',
    'Scan it in the app, or in the browser with `hardshell serve`: Channels, Scan a code.',
  ),
  'pairing.unknown': refused(
    'Nobody asks with this code.',
    'A code is good for an hour. Let them write to the bot again for a new one.',
  ),
  'file.conflict': refused(
    'The file was changed by somebody else meanwhile.',
    'Nothing was overwritten. Look at the new text, then save again.',
  ),
  'file.unknown': refused('There is no such file in the workspace.', 'Look at the list of files.'),
  'skill.failed': failed('OpenClaw could not do that with the skill.', 'Its own words are in the details.'),
  'skill.unknown': refused('There is no such skill here.', 'Look at the list of skills.'),
} as const;

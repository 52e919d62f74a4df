import { failed, refused } from './error-entry.ts';

/** What can go wrong with the key of this panel, and with turning passwords off. */
export const sshKeyErrors = {
  'ssh-key.no-server': refused(
    'This instance lives on this computer: nobody signs in to it over SSH.',
    'Keys are for servers.',
  ),
  'ssh-key.no-file': refused(
    'The SSH server reads no keys from files.',
    'Set AuthorizedKeysFile in its sshd_config to .ssh/authorized_keys, then try again.',
  ),
  'ssh-key.read-only': failed(
    'The file with the keys of this login cannot be written.',
    'Its disk is mounted read-only, or the file is protected (lsattr). Put that in order, then try again.',
  ),
  'ssh-key.missing': failed(
    'The key of this panel is not in the secret store any more.',
    'Run the same command again: a new one is made.',
  ),
  'ssh-key.refused': failed(
    'The server does not let the new key in.',
    'Nothing else was changed. Its log says why: journalctl -u ssh. The home folder must not be writable by others, and PubkeyAuthentication must be on.',
  ),
  'ssh-key.other-account': failed(
    'The key leads to another account than the login.',
    'Its line in authorized_keys is read for another account. Nothing else was changed.',
    false,
  ),
  'ssh-key.only-way': refused(
    'Without this key nobody could sign in from here.',
    'Add a key of your own, or turn password logins on again (--enable-passwords) and give the password.',
  ),
  'ssh-key.still-taken': failed(
    'The server still lets the removed key in.',
    'It is named in another file, too: look at AuthorizedKeysFile and AuthorizedKeysCommand in its sshd_config.',
  ),
  'ssh-key.no-include': refused(
    'The sshd_config of this server reads no further files before it decides about passwords.',
    'Put the line `Include /etc/ssh/sshd_config.d/*.conf` at its very beginning, or set PasswordAuthentication no there yourself.',
  ),
  'ssh-key.no-way-back': refused(
    'This server could not turn passwords on again by itself.',
    'That needs systemd (systemd-run). Set PasswordAuthentication no by hand, with a second connection open.',
  ),
  'ssh-key.passwords-kept': failed(
    'The SSH server would go on taking passwords.',
    'Another line of its configuration counts before ours: look for PasswordAuthentication and Match in /etc/ssh. Nothing was changed.',
    false,
  ),
  'ssh-key.passwords-not-proven': failed(
    'Passwords are on again: it could not be proven that everything works without them.',
    'The details say what went wrong. Nobody was locked out.',
  ),
} as const;

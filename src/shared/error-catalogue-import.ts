import { failed, refused, usage } from './error-entry.ts';

/** What can go wrong with an OpenClaw that was there before. */
export const importErrors = {
  'import.nothing': refused(
    'No OpenClaw was found there.',
    'What is found are containers that run its gateway, and gateways that systemd runs for an account of a server.',
  ),
  'import.several': usage(
    'There is more than one OpenClaw there.',
    'Say which one with --which, as the list names them.',
  ),
  'import.unknown': refused('There is no such OpenClaw there.', 'Look at the list again: it may have been made anew.'),
  'import.ours': refused('Hardshell looks after it already.', 'It is in the list of instances.'),
  'import.stopped': refused(
    'It does not run, and what does not run cannot be looked at.',
    'Start it the way it was started before (docker compose up -d, systemctl --user start), then look again.',
    true,
  ),
  'import.too-old': refused(
    'It is older than the OpenClaw that Hardshell can look after.',
    'Update it the way it was installed, then look again.',
  ),
  'import.no-auth': refused(
    'Its gateway lets everybody in who reaches it.',
    'Adopt it with a token: --change token writes one into its openclaw.json and restarts its service.',
  ),
  'import.auth': refused(
    'Its gateway is not signed in to with a token that can be read there.',
    'Set gateway.auth.mode to token, with the token in openclaw.json or in the container’s environment.',
  ),
  'import.unreadable': failed(
    'Its state folder cannot be read.',
    'See whose it is, and whether the disk is there. On a server the login needs to become root.',
  ),
  'import.layout': refused(
    'It is set up in a way that Hardshell does not know.',
    'Make a backup of it with `openclaw backup create`, deploy a new instance and restore it there.',
  ),
  'import.place': refused(
    'Nothing can be adopted there: only containers, and services on servers.',
    'For an OpenClaw on this computer: deploy a new instance here, and bring its workspace over.',
  ),
  'instance.adopted-cannot': refused(
    'That cannot be done with an instance that was adopted.',
    'Make a backup, and restore it as a new instance: `hardshell restore BACKUP --as NAME --to PLACE`. That one can do everything.',
  ),
} as const;

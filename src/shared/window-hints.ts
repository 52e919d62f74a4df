import type { ErrorCode } from './error-catalogue.ts';

/**
 * What to do, in the words of the window, where the catalogue's hint names what only the command line has: a flag, a command, a
 * variable of the environment.
 */
export const windowHints = {
  'usage.invalid': 'Look at what was entered, then try again.',

  'host.connection-lost': 'Try again: it continues where it stopped.',
  'host.agent-unavailable': 'Start the agent, or sign in with a key file.',
  'host.key-unknown':
    'Compare its fingerprint with what your provider shows, and trust it only where both are the same.',
  'host.sudo-missing': 'Log in as root, or give the user sudo rights, and the sudo password where one is asked for.',
  'host.sudo-password': 'Check the sudo password.',

  'preflight.port-busy': 'Stop that program, then try again.',
  'preflight.foreign-install': 'Adopt it as it is (Import), or remove it first: nothing was changed.',
  'preflight.network': 'Check its network and DNS, or choose a mirror in the settings.',
  'preflight.node-floor': 'Choose another version of OpenClaw, or another mirror of Node.js in the settings.',

  'run.cancelled': 'Start it again to continue.',
  'run.deadline': 'Start it again: it continues where it stopped.',
  'run.interrupted': 'Start it again: it continues where it stopped.',
  'registry.unreachable': 'Check the network, or choose a mirror in the settings.',
  'registry.no-such-version': 'Choose another one: the newest is there.',
  'disk.full': 'Free some space, then try again.',

  'secrets.locked': 'Unlock the keychain of this computer, then try again.',
  'instance.unknown': 'Look at the list of instances: it may have been removed, or has another name now.',
  'supervisor.gateway-stopped': 'Its log says why; Start tries again.',

  'token.alive': 'The new one is in openclaw.json. Restart the gateway, then try again: it goes on from there.',
  'token.left-over':
    'Nobody gets in with the old one. Programs that go by that file need the new one: it is shown with the instance.',

  'backup.unverified': 'It is not kept. Try again; if it stays so, look at the disk of the machine.',
  'backup.key-missing': 'Unlock the store, or give the key of the recovery sheet.',
  'backup.unknown': 'Look at the list of backups again.',
  'update.older': 'State goes forward only. To take the last update back, roll it back.',
  'update.unfinished': 'Update again to go on, or roll it back.',
  'config.entry-unknown': 'Look at the history again.',

  'diagnosis.unhealthy': 'What can be mended without harm is offered beside what was found.',
  'repair.nothing': 'Look at what was found, and choose something that has a repair.',
  'repair.unseen': 'Look at it first, then repair.',

  'import.several': 'Choose one from the list.',
  'import.no-auth': 'Adopt it with a token: one is written into its openclaw.json, and its service is restarted.',
  'instance.adopted-cannot': 'Make a backup, and restore it as a new instance. That one can do everything.',

  'channel.no-code': 'Look at the channel first: a phone that is linked is unlinked before another one is.',

  'engine.port-taken': 'Try again: another free port is chosen.',
  'image.denied': 'Sign in with `docker login` on the machine of the engine, or have the image built there.',
  'image.unreachable': 'Check the network of the engine, or have the image built there.',
  'image.gone': 'Try again: it is fetched anew.',
  'container.oom': 'Give it more under Limits, then start it again.',
  'instance.suspended': 'Nothing starts it but Resume.',

  'ssh-key.missing': 'Try again: a new one is made.',
  'ssh-key.only-way': 'Add a key of your own, or turn passwords on again and give the password.',
} as const satisfies Partial<Record<ErrorCode, string>>;

/** Undefined: what the catalogue says can be done in the window as well. Pure. */
export function windowHintOf(code: ErrorCode): string | undefined {
  const hints: Partial<Record<ErrorCode, string>> = windowHints;
  return hints[code];
}

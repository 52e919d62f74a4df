import { accessErrors } from './error-catalogue-access.ts';
import { alertErrors } from './error-catalogue-alerts.ts';
import { backupErrors } from './error-catalogue-backups.ts';
import { updateErrors } from './error-catalogue-updates.ts';
import { configurationErrors } from './error-catalogue-configuration.ts';
import { modelErrors } from './error-catalogue-models.ts';
import { diagnosisErrors } from './error-catalogue-diagnosis.ts';
import { importErrors } from './error-catalogue-import.ts';
import { logErrors } from './error-catalogue-logs.ts';
import { sshKeyErrors } from './error-catalogue-ssh-key.ts';
import { placeErrors } from './error-catalogue-places.ts';
import { failed, refused, usage, type CatalogueEntry } from './error-entry.ts';

/** The closed list of what can go wrong: one sentence for the person, and what to do. */
export const errorCatalogue = {
  'usage.invalid': usage(
    'That is not something Hardshell understands.',
    'Run `hardshell --help` to see what can be asked.',
  ),

  'host.unreachable': failed(
    'The server did not answer.',
    'Check the address and port, and that the server is running.',
  ),
  'host.connection-lost': failed(
    'The connection to the server was lost.',
    'Run the same command again: it continues where it stopped.',
  ),
  'host.auth-failed': failed(
    'The server did not accept this login.',
    'Check the user name, and the key or password.',
    false,
  ),
  'host.identity-unusable': failed(
    'The key file could not be used.',
    'Check the path and, if the key has one, its passphrase.',
    false,
  ),
  'host.agent-unavailable': failed(
    'The SSH agent could not be reached.',
    'Start the agent, or name a key file with --identity.',
    false,
  ),
  'host.key-unknown': refused(
    'The host key of this server is not known yet.',
    'Compare its fingerprint with what your provider shows, then trust exactly that one with --trust-host-key.',
  ),
  'host.key-changed': refused(
    'The host key of this server has CHANGED.',
    'Somebody may be listening, or the server was reinstalled. Find out which before you remove the old key.',
  ),
  'host.key-revoked': refused(
    'The host key of this server is marked as revoked.',
    'Do not connect. Ask whoever runs the server for its new key.',
  ),
  'host.sudo-missing': refused(
    'This login may not act as root.',
    'Log in as root, or give the user sudo rights; a sudo password goes into --secrets-stdin as sudoPassword.',
  ),
  'host.sudo-password': refused('The sudo password was not accepted.', 'Check sudoPassword in --secrets-stdin.'),
  'host.port-closed': failed(
    'Nothing answers on that port of the machine.',
    'Check that the service runs, then try again.',
  ),
  'host.forwarding-denied': failed(
    'The server does not allow port forwarding.',
    'Set `AllowTcpForwarding local` (or yes) in its sshd_config and reload sshd.',
    false,
  ),

  'shell.unavailable': failed(
    'A terminal on this computer cannot be opened here.',
    'A part that Hardshell needs for it (node-pty) does not load; a terminal program of this computer does as well.',
    false,
  ),

  'command.failed': failed('A command ended with an error.', 'The last lines of its output say why.'),
  'command.timeout': failed(
    'A command took too long and was ended.',
    'Try again; if it repeats, the machine may be too slow or out of memory.',
  ),
  'command.killed': failed(
    'A command was killed.',
    'Most often the machine ran out of memory: add swap or memory, then try again.',
  ),

  'preflight.unsupported-os': refused(
    'This operating system is not supported.',
    'Debian 12+, Ubuntu 22.04+ with systemd are known to work.',
  ),
  'preflight.unsupported-arch': refused(
    'This processor architecture is not supported.',
    'OpenClaw needs a 64-bit x86 or ARM machine.',
  ),
  'preflight.no-systemd': refused(
    'This server does not run systemd.',
    'Use a server with systemd, or another place to deploy to.',
  ),
  'preflight.disk-full': refused('There is not enough free disk space.', 'Free some space, then try again.', true),
  'preflight.clock-wrong': refused(
    'The clock of the server is wrong.',
    'Set the time (for example `timedatectl set-ntp true`), then try again.',
    true,
  ),
  'preflight.port-busy': refused(
    'The port is used by another program.',
    'Stop that program, or choose another port with --port.',
    true,
  ),
  'preflight.foreign-install': refused(
    'An OpenClaw that Hardshell did not install is already here.',
    'Adopt it as it is (`hardshell import PLACE`), or remove it first: nothing was changed.',
  ),
  'preflight.network': refused(
    'The machine cannot reach what has to be downloaded.',
    'Check its network and DNS, or set a mirror (HARDSHELL_MIRROR_NPM, HARDSHELL_MIRROR_NODE).',
    true,
  ),
  'preflight.node-floor': refused(
    'No Node.js that this OpenClaw version needs could be found.',
    'Choose another version with --version.',
  ),
  'preflight.version-differs': refused(
    'Another version of OpenClaw is installed here.',
    'A deploy does not change the version of an installed OpenClaw.',
  ),
  'preflight.memory': refused(
    'This machine has too little memory.',
    'OpenClaw needs 2 GB of memory and swap together, at the least 1 GB of it real.',
  ),
  'preflight.refused': refused('Something on the machine stands in the way.', 'Put it in order, then try again.', true),
  'preflight.tools-missing': refused(
    'A tool that is needed is missing on the machine.',
    'Install it with the package manager of the machine.',
  ),

  'lease.held': refused('Another run is working on this machine.', 'Wait until it has ended, then try again.', true),
  'lease.lost': failed(
    'Another run has taken over this machine.',
    'Look at what the other run did before starting again.',
  ),

  'run.cancelled': {
    class: 'cancelled',
    message: 'Cancelled.',
    hint: 'Run the same command again to continue.',
    retry: true,
  },
  'run.deadline': failed(
    'The run took longer than its deadline and was stopped.',
    'Run it again: it continues where it stopped. --deadline sets more minutes.',
  ),
  'run.interrupted': failed('The run was interrupted.', 'Run the same command again: it continues where it stopped.'),
  'step.ineffective': failed(
    'A step was carried out, but what it should have brought about is not there.',
    'Try again; if it repeats, something else on the machine undoes it.',
  ),

  'download.failed': failed('A download failed.', 'Check the network of the machine, then try again.'),
  'download.integrity': failed(
    'A download does not match its checksum and was thrown away.',
    'Try again; if it repeats, the mirror serves something else than the original.',
  ),
  'registry.unreachable': failed(
    'The npm registry could not be reached.',
    'Check the network, or set a mirror with HARDSHELL_MIRROR_NPM.',
  ),
  'registry.no-such-version': refused(
    'The npm registry does not have this version.',
    'Leave --version out to take the newest.',
  ),
  'firewall.not-proven': failed(
    'With the firewall on, a second login did not work, so it is switched off again.',
    'Look whether another firewall, or another port of SSH, is in between; or deploy without the firewall.',
    false,
  ),
  'disk.full': failed('The disk is full.', 'Free some space, then run the same command again.'),

  'config.unreadable': refused(
    'openclaw.json cannot be read as JSON5.',
    'Mend the file by hand; it was left as it is.',
  ),
  'config.rejected': refused(
    'OpenClaw does not accept its configuration.',
    'Mend the named settings; the file was left as it was.',
  ),
  'gateway.not-ready': failed('The gateway did not become ready in time.', 'The last lines of its log say why.'),
  'gateway.config-exit': failed(
    'The gateway refuses its configuration and stays down.',
    'The last lines of its log name the setting.',
    false,
  ),
  'gateway.unreachable': failed('The gateway does not answer.', 'Check its status and logs, or restart it.'),
  'gateway.auth': failed(
    'The gateway did not accept our token.',
    'Run deploy again: it brings token and keychain in line.',
  ),
  'gateway.pairing': failed(
    'The gateway does not know this panel yet.',
    'Run deploy again: it approves this panel as a device of the gateway.',
  ),
  'gateway.rpc': failed('The gateway answered with an error.', 'The details name it; its log says more.'),

  'secrets.locked': refused(
    'The secret store is locked.',
    'Unlock the keychain (or give the passphrase in HARDSHELL_PASSPHRASE_FILE), then try again.',
    true,
  ),
  'secrets.unavailable': refused(
    'The secret store that holds this secret cannot be reached.',
    'It was stored in another backend: make that one available again.',
    true,
  ),
  'secrets.missing': failed(
    'A secret that should be in the store is not there.',
    'Run deploy again: the token is read from the machine.',
  ),
  'secrets.exposed': refused(
    'A file that guards secrets can be read by other accounts of this computer.',
    'Close the file that the details name (`chmod 600`), then try again. If others may have read it, change the secrets.',
  ),
  'secrets.damaged': refused(
    'The vault of secrets is damaged, or was changed by somebody else.',
    'The file was left as it is: bring back a copy of it, or move it away and deploy again.',
  ),
  'state.corrupt': failed(
    'A record of Hardshell could not be read and was set aside.',
    'The file lies beside the others with the ending .corrupt; nothing was deleted.',
    false,
  ),
  'state.newer': refused('A record was written by a newer Hardshell.', 'Update Hardshell on this computer.'),
  'state.denied': failed(
    'This account may not read or write a file of Hardshell.',
    'It was probably made by another account (sudo?): make it yours again with chown.',
    false,
  ),
  'state.unsafe': refused(
    'A folder that Hardshell needs for itself can be entered by other accounts of this computer.',
    'Look who made the folder that the details name, and remove it.',
  ),
  'state.busy': failed('Another Hardshell is writing the same record.', 'Try again in a moment.'),

  'instance.unknown': usage('There is no instance of that name.', 'Run `hardshell list` to see what there is.'),
  'instance.exists': refused(
    'An instance of that name lives in another place.',
    'Choose another name, or remove that instance first.',
  ),
  'instance.elsewhere': refused(
    'This machine is already used by another instance.',
    'One server holds one instance: use its name, or another server.',
  ),
  'provider.key-rejected': refused('The model provider does not accept this key.', 'Check the key at the provider.'),
  'telegram.token-rejected': refused(
    'Telegram does not accept this bot token.',
    'Ask @BotFather for the token of the bot.',
  ),
  'telegram.unreachable': failed(
    'Telegram could not be asked whether the token is right.',
    'Check the network, then try again.',
  ),
  'plugin.missing': failed(
    'A plugin that this provider needs could not be installed.',
    'Choose another provider, or try again when the registry is reachable.',
  ),
  'supervisor.unreachable': failed(
    'The supervisor of this computer does not answer.',
    'Try again; its log lies in the data folder under supervisor/.',
  ),
  'supervisor.gateway-stopped': failed(
    'The supervisor has stopped trying to start the gateway.',
    'Its log says why; `hardshell start` tries again.',
  ),

  ...placeErrors,
  ...backupErrors,
  ...updateErrors,
  ...configurationErrors,
  ...modelErrors,
  ...diagnosisErrors,
  ...accessErrors,
  ...alertErrors,
  ...logErrors,
  ...sshKeyErrors,
  ...importErrors,

  'door.connection-lost': failed(
    'The connection to Hardshell was lost.',
    'Start Hardshell again if it has ended; this page comes back by itself.',
  ),

  'internal.bug': failed(
    'Something happened that should not have.',
    'This is a bug of Hardshell. The run log has the details.',
    false,
  ),
} as const satisfies Readonly<Record<string, CatalogueEntry>>;

export type ErrorCode = keyof typeof errorCatalogue;

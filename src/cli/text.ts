import type { Suspension } from '../shared/model/guard.ts';
import { countOf } from './output/quantity.ts';

/** What the command line says of its own accord, in one place. Short sentences; errors have theirs in the error catalogue. */
export const texts = {
  cancelling: 'Cancelling: what runs now is being ended. Ctrl-C again leaves at once.',
  connecting: (place: string) => `Connecting to ${place}`,
  looking: 'Looking at this computer',
  lookingAtEngine: 'Looking at the container engine of this computer',
  asking: (name: string) => `Asking ${name}`,
  controlling: {
    start: (name: string) => `Starting ${name}`,
    stop: (name: string) => `Stopping ${name}`,
    restart: (name: string) => `Restarting ${name}`,
  },
  openingSignIn: (name: string) => `Getting a sign-in address from ${name}`,

  noPlace: {
    message: 'Where to is not said.',
    hint: 'Add --to local for this computer, --to ssh://USER@HOST for a server, or --to docker for a container.',
  },

  checks: 'Checks',
  plan: 'Plan',
  refused: 'Nothing was changed.',
  nothingNeeded: (count: number) => `Nothing to do: all ${countOf(count, 'step')} are done already.`,
  alreadyDone: (count: number) => `${String(count)} already done`,
  changesOf: (changes: number, restarts: number, losses: number) =>
    [
      countOf(changes, 'step'),
      ...(restarts > 0 ? [`${String(restarts)} with a restart`] : []),
      ...(losses > 0 ? [`${String(losses)} that ${losses === 1 ? 'deletes' : 'delete'} data`] : []),
    ].join(', '),
  severity: { safe: '', restart: 'restarts', 'data-loss': 'deletes data' },
  dryRun: (count: number) =>
    count === 0
      ? 'Nothing was changed.'
      : `Nothing was changed. Without --dry-run ${count === 1 ? 'this step runs' : `these ${String(count)} steps run`}.`,
  askDeploy: 'Deploy?',
  askRemove: (name: string) => `Remove ${name}?`,
  cancelled: 'Cancelled. What is done stays.',
  declined: 'Nothing was changed.',
  needsYes: {
    message: 'There is nobody to ask whether the plan should run.',
    hint: 'Add --yes to run it without a question, or --dry-run to see it.',
  },
  needsYesAtOnce: {
    message: 'There is nobody to ask whether this should be done.',
    hint: 'Add --yes to do it without a question.',
  },
  askChange: (name: string) => `Change ${name}?`,
  askSuspend: (name: string) => `Stop ${name} at once, until it is resumed?`,
  askResume: (name: string) => `Resume ${name}?`,
  askNoGuard: 'Watch it no more?',
  askGuard: 'Suspend it from now on when that happens?',

  stepsDone: (done: number, total: number) => `${String(done)} of ${countOf(total, 'step')}`,
  deployed: (name: string) => `${name} is running`,
  workOf: (applied: number, duration: string | undefined) => {
    const did = applied === 0 ? 'nothing had to be done' : countOf(applied, 'step');
    return duration === undefined ? did : applied === 0 ? `${did}, seen in ${duration}` : `${did} in ${duration}`;
  },
  thisComputer: 'this computer',
  thisEngine: 'Docker on this computer',
  deployedPlace: (version: string, place: string, port: number) =>
    `OpenClaw ${version} on ${place}, port ${String(port)}`,
  reachedBySsh: 'Only SSH reaches it.',
  reachedHere: 'Only this computer reaches it.',
  reachedFromOutside: (how: string) => `It is reached by ${how}, and by whoever signs in there.`,
  deployedLimits: (limits: string) => `Its container may take ${limits}.`,
  tokenIn: {
    keychain: 'Its token is in the keychain of this computer.',
    'vault-passphrase': 'Its token is in the vault of the data folder, encrypted with your passphrase.',
    'vault-keyfile':
      'Its token is in the vault of the data folder. The key lies beside it, so whoever reads the folder reads the token.',
    memory: 'Its token is in the memory of this run only, and gone when it ends.',
  },
  nextOpen: 'sign in with your browser',
  nextLogs: 'watch its log',
  removed: (name: string, purged: boolean) =>
    purged
      ? `${name} is removed, with its state folder.`
      : `${name} is removed. Its state folder was kept: deployed again, it goes on from there.`,

  suspending: (name: string) => `Suspending ${name}`,
  suspendedByHand: 'On the word of a person.',
  suspended: (name: string) => `${name} is suspended. Nothing starts it but hardshell resume.`,
  suspendedBy: ({ at, by, because }: Suspension) =>
    `${at}, by ${by === 'guard' ? 'its guard' : 'a person'}: ${because}`,
  resumed: (name: string) => `${name} is running again.`,
  limitsNeedDocker: {
    message: 'Only an instance in Docker has limits of its machine.',
    hint: 'On servers and this computer `hardshell guard NAME` watches what an instance takes.',
  },
  mayTake: (name: string, limits: string) => `${name} may take ${limits}.`,
  reachedBy: (name: string, how: string) => `${name} is reached by ${how}.`,
  accessTunnel: 'a tunnel, and nothing else',
  accessBase: (name: string, domain: string) => `a name of ${name} below ${domain}`,
  accessIp: 'the address of its machine, over HTTPS',
  validFor: (rest: string, until: string, isOverdue: boolean) =>
    `for ${rest}, until ${until}${isOverdue ? ': it should have been renewed by now' : ''}`,
  rate: (rate: number, burst: number | undefined) =>
    `${String(rate)} a second of one visitor${burst === undefined ? '' : `, ${String(burst)} at once above that`}`,
  connections: (count: number) => `${String(count)} at one moment`,
  body: (size: string) => `up to ${size} each`,
  connectionsOnly: 'Caddy has no module for rates here: only connections are limited.',
  checking: (name: string) => `Looking at ${name} from outside and inside`,
  reachableFrom: 'Reachable from:',
  readingConfig: (name: string) => `Reading the configuration of ${name}`,
  readingSchema: (name: string) => `Asking ${name} what may be set`,
  checkingConfig: (name: string) => `Showing it to OpenClaw on ${name}`,
  writingConfig: (name: string) => `Writing the configuration of ${name}`,
  sameConfig: (name: string) => `The configuration of ${name} says that already.`,
  askConfig: (name: string) => `Change the configuration of ${name}?`,
  configured: (name: string, source: 'gateway' | 'file', restarts: boolean) =>
    source === 'file'
      ? `${name} is configured. It counts when it starts.`
      : `${name} is configured${restarts ? '; its gateway restarts.' : ', and goes on with it.'}`,
  guarded: (name: string) => `${name} is suspended by itself at`,
  noGuard: (name: string) => `${name} has no limits that suspend it.`,

  askBackup: (name: string) => `Back ${name} up?`,
  backedUp: (name: string) => `${name} is backed up, and the backup is verified.`,
  noBackups: 'There is no backup yet.',
  noBackupsOf: (name: string) => `There is no backup of ${name} yet.`,
  nextBackup: (name: string) => `hardshell backup ${name}`,
  backupsOf: (name: string) => `Backups of ${name}`,
  backupsNotMade: 'only when asked, and before what is risky',
  backupsHere: 'the data folder',
  askPolicy: 'Keep to this from now on?',
  tryingDestination: (place: string) => `Trying ${place}`,
  verifyingBackup: (id: string) => `Reading ${id} back`,
  verifiedBackup: (id: string) => `${id} is whole: it is what was written.`,
  askRemoveBackup: (name: string) => `Delete this backup of ${name} for good?`,
  removedBackup: (id: string) => `${id} is deleted.`,
  adopting: (place: string) => `Looking for backups in ${place}`,
  noneAdopted: (place: string) => `There is no backup of Hardshell in ${place}.`,
  adopted: (count: number) => `${countOf(count, 'backup')} taken over.`,
  askSheet: 'Show the key that opens every backup, here on the screen?',
  sheetWritten: (path: string) => `The recovery sheet is in ${path}. Print it, keep it elsewhere, and delete the file.`,
  ownerGone: (name: string) => `${name}, which this backup is of, is not there any more.`,
  healthy: (name: string) => `${name} is well`,
  unhealthy: (name: string, count: string) => `${name}: ${count} to look at`,
  repairHint: (label: string, id: string, isCareful: boolean) =>
    isCareful ? `${label}: hardshell doctor NAME --fix --only ${id}` : `${label}: --fix does it.`,
  nothingToRepair: 'Nothing of it is mended without being chosen: name it with --only.',
  askingDoctor: "Trying OpenClaw's doctor on a copy of openclaw.json",
  doctorDiff: "What OpenClaw's doctor would write into openclaw.json:",
  doctorNothing: "OpenClaw's doctor would change nothing in openclaw.json.",
  askRepair: (name: string) => `Repair ${name}?`,
  repaired: (name: string) => `What was chosen of ${name} is right now.`,
  gathering: (name: string) => `Gathering what is known of ${name}`,
  askBundle: (path: string) => `Write it to ${path}?`,
  bundled: (path: string) => `Written to ${path}. Read it before you send it.`,
  restoreMeans: (name: string, age: string) =>
    `${name} goes back to how it was ${age}. What has come since is kept as a backup of its own.`,
  restoreMeansOther: (name: string, other: string, age: string) =>
    `${name} becomes what ${other} was ${age}. What it holds now is kept as a backup of its own.`,
  restoredOther: (name: string, other: string, age: string) => `${name} runs, as ${other} was ${age}.`,
  askRestore: (name: string) => `Restore ${name}?`,
  restored: (name: string, age: string) => `${name} runs again, as it was ${age}.`,
  askDeployAndRestore: (name: string) => `Deploy ${name} and put the backup into it?`,

  tryAgain: 'Run the same command again: it continues where it stopped.',
  lastLines: 'last lines',
  logOf: (runId: string) => `hardshell runs show ${runId}`,

  keyUnknown: (host: string) => `The host key of ${host} is not known yet.`,
  keyCompare:
    'Compare the fingerprint with what your provider shows, or with what this prints on the console of the server:',
  keyCommand: 'for f in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf "$f"; done',
  keyDiffers: 'If they differ, somebody else is answering.',
  keyQuestion: 'Type yes to trust this key from now on:',
  keyNotTrusted: 'The key was not trusted. Nothing was sent to the server.',
  keyChangedMeaning: [
    'Either the server was reinstalled or got a new key, or somebody stands between you and it and wants your login.',
    'Nothing was sent to it. Ask whoever runs the server; do not go on until you know.',
  ],
  keyChangedThen: 'Once you know that the new key is right:',
  keyRevokedMeaning: [
    'This key was marked as one that nobody may trust any more, most often because it was stolen.',
    'Nothing was sent to the server. Do not connect.',
  ],

  askPassword: (host: string) => `Password for ${host}:`,
  askPassphrase: (file: string) => `Passphrase of the key ${file}:`,
  askCloudflare: 'Token of Cloudflare that may edit the DNS of that zone (Enter: none):',
  askBackupKey: 'Key of the recovery sheet (Enter: none):',
  askSudo: 'Password for sudo on the server:',

  noInstances: 'There is nothing here yet.',
  noInstancesHint: 'hardshell deploy NAME --to local, --to docker or --to ssh://USER@HOST',
  noKeys: 'No host keys are trusted beyond those of ~/.ssh/known_hosts.',
  keysRemoved: (count: number, host: string) =>
    `${countOf(count, 'key')} of ${host} ${count === 1 ? 'is' : 'are'} not trusted any more.`,
  noKeyOf: (host: string) => `There is no trusted key of ${host}.`,
  noRuns: 'Nothing has run yet.',
  started: (name: string) => `${name} is started.`,
  stopped: (name: string) => `${name} is stopped.`,
  restarted: (name: string) => `${name} is restarted.`,

  signIn: (name: string, until: string | undefined) =>
    `Sign in to ${name}. The address is good for one use${until === undefined ? '' : `, for ${until}`}.`,
  serving: 'Hardshell is open for one browser of this computer:',
  servingElsewhere: (port: number) =>
    `From another computer: ssh -L ${port}:127.0.0.1:${port} THIS-COMPUTER, then open the address there.`,
  servingStays: 'It works while this command runs. Ctrl-C ends it.',
  servingEnded: 'The interface is closed. Gateways on this computer and on servers go on.',
  signInStays: 'It works while this command runs. Ctrl-C ends it.',

  secretsFromTerminal: {
    message: '--secrets-stdin reads from a pipe or a file, not from a terminal, where everyone sees what is typed.',
    hint: 'For example: hardshell deploy NAME … --secrets-stdin < secrets.json',
  },
  secretsNotJson: {
    message: 'What arrived on standard input is not exactly one JSON object.',
    hint: 'It looks like {"providerKey": "…", "telegramToken": "…"}; every field may be left out.',
  },
  secretsKeys: (keys: readonly string[]) => `The secrets hold a field that is not one of ${keys.join(', ')}.`,
} as const;

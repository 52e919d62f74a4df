import { countOf } from './output/quantity.ts';

/** What the command line says of its own accord, in one place. Short sentences; errors have theirs in the error catalogue. */
export const texts = {
  cancelling: 'Cancelling: what runs now is being ended. Ctrl-C again leaves at once.',
  connecting: (place: string) => `Connecting to ${place}`,
  looking: 'Looking at this computer',
  asking: (name: string) => `Asking ${name}`,
  controlling: {
    start: (name: string) => `Starting ${name}`,
    stop: (name: string) => `Stopping ${name}`,
    restart: (name: string) => `Restarting ${name}`,
  },
  openingSignIn: (name: string) => `Getting a sign-in address from ${name}`,

  noPlace: {
    message: 'Where to is not said.',
    hint: 'Add --to local for this computer, or --to ssh://USER@HOST for a server.',
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

  stepsDone: (done: number, total: number) => `${String(done)} of ${countOf(total, 'step')}`,
  deployed: (name: string) => `${name} is running`,
  workOf: (applied: number, duration: string | undefined) => {
    const did = applied === 0 ? 'nothing had to be done' : countOf(applied, 'step');
    return duration === undefined ? did : applied === 0 ? `${did}, seen in ${duration}` : `${did} in ${duration}`;
  },
  thisComputer: 'this computer',
  deployedPlace: (version: string, place: string, port: number) =>
    `OpenClaw ${version} on ${place}, port ${String(port)}`,
  reach: { ssh: 'Only SSH reaches it.', local: 'Only this computer reaches it.' },
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
  askSudo: 'Password for sudo on the server:',

  noInstances: 'There is nothing here yet.',
  noInstancesHint: 'hardshell deploy NAME --to local, or --to ssh://USER@HOST',
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

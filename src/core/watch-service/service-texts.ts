import { createHash } from 'node:crypto';

/* What the three systems are given to read. All of it pure. */

export interface ServiceProgram {
  readonly argv: readonly [string, ...string[]];
  /** What the environment says to Hardshell: a service does not see that of a shell. */
  readonly env: Readonly<Record<string, string>>;
}

/** One a data folder: two of them on one account are watched by two services. */
export function serviceName(dataDir: string): string {
  return `hardshell-watch-${createHash('sha256').update(dataDir).digest('hex').slice(0, 8)}`;
}

/** What says to Hardshell where things are: its own, the agent that signs in, the engine that is meant, certificates. None is a secret. */
const KEPT_NAMES =
  /^(HARDSHELL_[A-Z_]+|SSH_AUTH_SOCK|DOCKER_(HOST|CONTEXT|CONFIG|CERT_PATH|TLS_VERIFY)|NODE_EXTRA_CA_CERTS)$/;

/** Where agents listen that end with a session: of a login over SSH, of a shell, of what launchd starts. The next one listens elsewhere. */
const PASSING_AGENT = /^(?:\/private)?(?:\/var)?\/tmp\/|\/\.ssh\/agent\//;
/** launchd gives its own to whatever it starts. */
const LAUNCHD_AGENT = /\/com\.apple\.launchd\./;

/** Whether the agent of this environment is one that a service cannot go on with. */
export function missesAgent({ SSH_AUTH_SOCK: path = '' }: Readonly<Record<string, string | undefined>>): boolean {
  return PASSING_AGENT.test(path) && !LAUNCHD_AGENT.test(path);
}

/** What a service of this account needs of this process's environment to be the same Hardshell. */
export function serviceEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env))
    if (value !== undefined && value !== '' && isKept(name, value)) kept[name] = value;
  return kept;
}

function isKept(name: string, value: string): boolean {
  // The data folder is in the arguments, so that a list of processes tells one from another.
  if (name === 'HARDSHELL_DATA_DIR') return false;
  if (name === 'SSH_AUTH_SOCK' && (PASSING_AGENT.test(value) || LAUNCHD_AGENT.test(value))) return false;
  return KEPT_NAMES.test(name);
}

export function systemdUnit({ argv, env }: ServiceProgram): string {
  const lines = [
    '[Unit]',
    'Description=Hardshell watches over your OpenClaw instances',
    'Documentation=man:systemd.service(5)',
    'StartLimitIntervalSec=0',
    '',
    '[Service]',
    `ExecStart=${argv.map((word) => systemdWord(word).replaceAll('$', '$$$$')).join(' ')}`,
    ...Object.entries(env).map(([name, value]) => `Environment=${systemdWord(`${name}=${value}`)}`),
    'Restart=on-failure',
    'RestartSec=30',
    // A suspension or a backup that has begun is brought to an end.
    'TimeoutStopSec=60',
    'Nice=5',
    '',
    '[Install]',
    'WantedBy=default.target',
  ];
  return `${lines.join('\n')}\n`;
}

function systemdWord(word: string): string {
  const escaped = word.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('\n', '\\n');
  return `"${escaped}"`;
}

export function launchdPlist(label: string, { argv, env }: ServiceProgram): string {
  const strings = argv.map((word) => `    <string>${xml(word)}</string>`);
  const variables = Object.entries(env).map(
    ([name, value]) => `    <key>${xml(name)}</key><string>${xml(value)}</string>`,
  );
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<plist version="1.0">',
    '<dict>',
    `  <key>Label</key><string>${xml(label)}</string>`,
    '  <key>ProgramArguments</key>',
    '  <array>',
    ...strings,
    '  </array>',
    ...(variables.length === 0 ? [] : ['  <key>EnvironmentVariables</key>', '  <dict>', ...variables, '  </dict>']),
    '  <key>RunAtLoad</key><true/>',
    '  <key>KeepAlive</key><dict><key>SuccessfulExit</key><false/></dict>',
    '  <key>ThrottleInterval</key><integer>30</integer>',
    '  <key>ExitTimeOut</key><integer>60</integer>',
    '  <key>ProcessType</key><string>Background</string>',
    '</dict>',
    '</plist>',
  ];
  return `${lines.join('\n')}\n`;
}

/** @param user whose sign-in starts it: `MACHINE\anna` or `anna` */
export function scheduledTask(user: string, { argv, env }: ServiceProgram): string {
  // A task has no environment of its own, and a console program would show a window: conhost starts it without one.
  const settings = Object.entries(env).map(([name, value]) => `set "${name}=${value.replaceAll('%', '%%')}"&& `);
  const program = argv.map(windowsWord).join(' ');
  const command = settings.length === 0 ? program : `cmd.exe /d /s /c "${settings.join('')}${program}"`;
  const lines = [
    '<?xml version="1.0" encoding="UTF-16"?>',
    '<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">',
    '  <RegistrationInfo><Description>Hardshell watches over your OpenClaw instances</Description></RegistrationInfo>',
    `  <Triggers><LogonTrigger><UserId>${xml(user)}</UserId></LogonTrigger></Triggers>`,
    '  <Principals><Principal id="Author">',
    `    <UserId>${xml(user)}</UserId><LogonType>InteractiveToken</LogonType><RunLevel>LeastPrivilege</RunLevel>`,
    '  </Principal></Principals>',
    '  <Settings>',
    '    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>',
    '    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>',
    '    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>',
    '    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>',
    '    <RestartOnFailure><Interval>PT1M</Interval><Count>999</Count></RestartOnFailure>',
    '  </Settings>',
    '  <Actions Context="Author"><Exec>',
    '    <Command>conhost.exe</Command>',
    `    <Arguments>${xml(`--headless ${command}`)}</Arguments>`,
    '  </Exec></Actions>',
    '</Task>',
  ];
  return `${lines.join('\r\n')}\r\n`;
}

/** As CommandLineToArgvW reads it. */
function windowsWord(word: string): string {
  if (word !== '' && !/[\s"]/.test(word)) return word;
  return `"${word.replaceAll(/(\\*)"/g, String.raw`$1$1\"`).replace(/(\\+)$/, '$1$1')}"`;
}

function xml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

import { isDeepStrictEqual } from 'node:util';
import { AppError } from '../../shared/app-error.ts';
import { formatConfigPath, type ConfigChange } from '../../shared/model/configuration.ts';
import { readSetting } from '../openclaw/config-document.ts';
import { hasComments } from '../openclaw/json5-edit.ts';

interface Owned {
  readonly path: readonly string[];
  /** Where it is changed. */
  readonly instead: string;
}

const ACCESS = 'Change how it is reached on its Access tab, or with `hardshell ingress`.';
const DEPLOY = 'It is settled when the instance is deployed.';

/** What Hardshell itself reaches an instance by, and lets visitors in by. */
const OWNED: readonly Owned[] = [
  { path: ['gateway', 'mode'], instead: DEPLOY },
  { path: ['gateway', 'port'], instead: 'Deploy the instance again with `--port`.' },
  { path: ['gateway', 'bind'], instead: ACCESS },
  { path: ['gateway', 'customBindHost'], instead: ACCESS },
  { path: ['gateway', 'auth', 'mode'], instead: DEPLOY },
  {
    path: ['gateway', 'auth', 'token'],
    instead: 'The token is changed everywhere at once, and not in this file alone.',
  },
  { path: ['gateway', 'auth', 'password'], instead: DEPLOY },
  { path: ['gateway', 'auth', 'trustedProxy'], instead: ACCESS },
  { path: ['gateway', 'trustedProxies'], instead: ACCESS },
  { path: ['gateway', 'allowRealIpFallback'], instead: ACCESS },
  { path: ['gateway', 'publicOrigin'], instead: ACCESS },
  { path: ['gateway', 'tailscale'], instead: ACCESS },
  { path: ['gateway', 'tls'], instead: ACCESS },
  { path: ['gateway', 'controlUi', 'enabled'], instead: DEPLOY },
  { path: ['gateway', 'controlUi', 'basePath'], instead: DEPLOY },
];

const ORIGINS = ['gateway', 'controlUi', 'allowedOrigins'];
const ANYONE = '*';

/** Switches that take a lock off the gateway's door. */
const LOCKS: readonly (readonly string[])[] = [
  ['gateway', 'controlUi', 'allowInsecureAuth'],
  ['gateway', 'controlUi', 'dangerouslyAllowHostHeaderOriginFallback'],
  ['gateway', 'controlUi', 'dangerouslyDisableDeviceAuth'],
];

/**
 * Refuses what would lock Hardshell out or let others in. Pure.
 * @throws AppError `config.owned`, `config.dangerous`
 */
export function expectHarmless(before: unknown, after: unknown): void {
  for (const { path, instead } of OWNED) {
    if (isDeepStrictEqual(readSetting(before, path), readSetting(after, path))) continue;
    throw owned(path, instead);
  }
  for (const path of LOCKS) {
    const now = readSetting(after, path);
    if (now !== undefined && now !== false && !isDeepStrictEqual(readSetting(before, path), now)) {
      throw dangerous(path, 'would switch off what keeps strangers out');
    }
  }
  const [then, now] = [readOrigins(before), readOrigins(after)];
  if (now.includes(ANYONE) && !then.includes(ANYONE)) throw dangerous(ORIGINS, 'would let every web page in');
  const lost = then.find((origin) => origin !== ANYONE && !now.includes(origin));
  if (lost !== undefined && isOurs(lost, before))
    throw owned(ORIGINS, `${lost} is where its dashboard is opened. ${ACCESS}`);
}

function readOrigins(config: unknown): string[] {
  const origins = readSetting(config, ORIGINS);
  return Array.isArray(origins) ? origins.filter((origin) => typeof origin === 'string') : [];
}

function isOurs(origin: string, before: unknown): boolean {
  return (
    origin === readSetting(before, ['gateway', 'publicOrigin']) || /^http:\/\/(127\.0\.0\.1|localhost):/.test(origin)
  );
}

function owned(path: readonly string[], instead: string): AppError {
  const name = formatConfigPath(path);
  return new AppError('config.owned', {
    message: `${name} is what Hardshell reaches the instance by.`,
    hint: `${instead} Everything else of the edit can be applied without it.`,
    details: { path: name },
  });
}

function dangerous(path: readonly string[], because: string): AppError {
  const name = formatConfigPath(path);
  return new AppError('config.dangerous', { message: `${name} ${because}.`, details: { path: name } });
}

interface Warning {
  readonly applies: (name: string, value: unknown) => boolean;
  readonly text: string;
}

const WARNINGS: readonly Warning[] = [
  {
    applies: (name, value) => /\.(dm|group)Policy$/.test(name) && value === 'open',
    text: 'whoever finds the bot can talk to it, and use what it may use',
  },
  {
    applies: (name, value) => /\.sandbox\.mode$/.test(name) && value === 'off',
    text: 'what the agent runs is not kept apart from the machine',
  },
  {
    applies: (name, value) => /(^|\.)elevated\.enabled$/.test(name) && value === true,
    text: 'the agent may run commands outside of its sandbox',
  },
  { applies: (name) => name.startsWith('gateway.http.endpoints'), text: 'more of the gateway answers over HTTP' },
  {
    applies: (name) => name.startsWith('gateway.nodes.pairing.auto'),
    text: 'devices are let in without being asked about',
  },
  {
    applies: (name) => name.startsWith('gateway.auth.rateLimit'),
    text: 'this is what slows down who guesses the token',
  },
  {
    applies: (name, value) => name === 'gateway.terminal.enabled' && value === true,
    text: 'who is signed in to the dashboard has a shell on the machine',
  },
];

/** What a person should know before, setting by setting. Pure. */
export function listWarnings(changes: readonly ConfigChange[]): string[] {
  const found = new Set<string>();
  for (const [name, value] of changes.flatMap((change) => listLeaves(change.path, change.after)))
    for (const { applies, text } of WARNINGS) if (applies(name, value)) found.add(`${name}: ${text}.`);
  return [...found];
}

/** What a gateway does not write, whoever asks it to. Pure. @param text as it would be without that */
export function listLosses(text: string): string[] {
  return hasComments(text)
    ? ['OpenClaw writes plain JSON: the comments go. Stop the instance first to keep them.']
    : [];
}

/** A setting that came with all that is below it warns as if it had come alone. */
function listLeaves(path: readonly string[], value: unknown): [string, unknown][] {
  if (value === undefined) return [];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[formatConfigPath(path), value]];
  return Object.entries(value).flatMap(([name, inner]) => listLeaves([...path, name], inner));
}

/** What a running gateway takes over as it is, by its own documentation; for everything else it restarts. */
const LIVE: readonly string[] = [
  'web agents models auth.order auth.profiles broadcast worktreeRoot worktreeAcceleration channels hooks cron session messages',
  'tools skills audio talk tts memory.citations attachments.ttlHours plugins ui logging identity bindings surfaces approvals',
  'security.installPolicy security.audit.suppressions diagnostics acp update telemetry mcp wizard commands browser desktop.host',
  'cloudWorkers transcripts discovery.mdns.mode gateway.publicOrigin gateway.http gateway.tools gateway.nodes gateway.cliAgents',
  'gateway.controlUi gateway.push gateway.terminal gateway.auth.token gateway.auth.rateLimit gateway.auth.identityScopes',
  'gateway.auth.allowTailscale gateway.roles gateway.reload gateway.remote',
].flatMap((line) => line.split(' '));

/** Settings for which a running gateway restarts itself. Pure. */
export function listRestarts(changes: readonly ConfigChange[]): string[] {
  return changes
    .flatMap(({ path, before, after }) =>
      [...listLeaves(path, before), ...listLeaves(path, after)].map(([name]) => name),
    )
    .filter((name, index, all) => all.indexOf(name) === index)
    .filter(
      (name) => !LIVE.some((live) => name === live || name.startsWith(`${live}.`) || name.startsWith(`${live}[`)),
    );
}

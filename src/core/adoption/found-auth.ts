import { AppError, isAppError } from '../../shared/app-error.ts';
import type { TokenPlace } from '../../shared/model/adoption.ts';
import { Secret } from '../../shared/secret.ts';
import { isOlder } from '../../shared/version-order.ts';
import { parseConfig, readSetting, type ConfigObject } from '../openclaw/config-document.ts';
import { findGatewayToken } from '../openclaw/gateway-token.ts';

/** The first of the line whose gateway speaks the protocol that Hardshell speaks. */
export const OLDEST_OPENCLAW = '2026.9.0';

const TOKEN = 'OPENCLAW_GATEWAY_TOKEN';
const PASSWORD = 'OPENCLAW_GATEWAY_PASSWORD';

/** How a gateway is signed in to. */
export interface FoundAuth {
  readonly place: TokenPlace;
  readonly secret: Secret | undefined;
  readonly problem?: AppError;
}

/**
 * How a gateway that was configured by others is signed in to. Pure.
 * @param env of the gateway: its service's or container's, and what its .env file says
 */
export function findAuth(config: ConfigObject, env: Readonly<Record<string, string>>): FoundAuth {
  const auth = readSetting(config, ['gateway', 'auth']);
  const mode = readSetting(auth, ['mode']);
  const none = (code: 'import.no-auth' | 'import.auth'): FoundAuth => ({
    place: 'none',
    secret: undefined,
    problem: new AppError(code),
  });
  if (mode === 'none') return none('import.no-auth');
  if (mode !== undefined && mode !== 'token') return none('import.auth');
  const written = findGatewayToken(config);
  if (written?.kind === 'plain') return { place: 'config', secret: written.token };
  if (written?.kind === 'reference') {
    const kept = env[nameOf(readSetting(auth, ['token']))] ?? '';
    return kept === '' ? none('import.auth') : { place: 'environment', secret: new Secret(kept) };
  }
  const given = env[TOKEN]?.trim() ?? '';
  if (given !== '') return { place: 'environment', secret: new Secret(given) };
  const hasPassword = readSetting(auth, ['password']) !== undefined || (env[PASSWORD] ?? '') !== '';
  return none(mode === 'token' || hasPassword ? 'import.auth' : 'import.no-auth');
}

/** Of the variable that a token is looked up in. */
function nameOf(token: unknown): string {
  if (typeof token === 'string') return /\$\{(\w+)\}/.exec(token)?.[1] ?? '';
  const [source, id] = [readSetting(token, ['source']), readSetting(token, ['id'])];
  return source === 'env' && typeof id === 'string' ? id : '';
}

/** Where a gateway listens: as it was told at its start, else as it was configured. Pure. */
export function findPort(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
  config: ConfigObject,
): number {
  const at = words.findIndex((word) => word === '--port' || word.startsWith('--port='));
  const word = words[at] === '--port' ? words[at + 1] : words[at]?.slice('--port='.length);
  const configured = readSetting(config, ['gateway', 'port']);
  for (const said of [word, env['OPENCLAW_GATEWAY_PORT'], configured]) {
    const port = Number(said);
    if (said !== undefined && said !== '' && Number.isInteger(port) && port > 0 && port < 65_536) return port;
  }
  return 18_789;
}

/** Lines of a .env file: NAME=value, with or without quotes. Pure. */
export function parseEnvFile(text: string): Readonly<Record<string, string>> {
  const pairs = text.split('\n').flatMap((line): [string, string][] => {
    const found = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line);
    const [, name, value] = found ?? [];
    return name === undefined || value === undefined ? [] : [[name, value.replace(/^(["'])(.*)\1$/, '$2')]];
  });
  return Object.fromEntries(pairs);
}

/** `NAME=value` of a container or a unit. Pure. */
export function parseEnvList(list: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(list.map((one) => [one.replace(/=.*$/s, ''), one.slice(one.indexOf('=') + 1)]));
}

/** Whether it is one that Hardshell can look after. Pure. */
export function judgeVersion(version: string | undefined): AppError | undefined {
  if (version === undefined) return new AppError('import.layout');
  if (!isOlder(version, OLDEST_OPENCLAW)) return undefined;
  return new AppError('import.too-old', {
    message: `It is OpenClaw ${version}, and Hardshell can look after ${OLDEST_OPENCLAW} and newer.`,
    details: { version, oldest: OLDEST_OPENCLAW },
  });
}

/** A gateway that was never configured has no such file. @throws AppError `config.unreadable` */
export function readFoundConfig(text: string | undefined): ConfigObject {
  return text === undefined ? {} : parseConfig(text).value;
}

/** What a look comes to that did not end well. */
export function asProblem(error: unknown, path: string): AppError {
  if (isAppError(error, 'config.unreadable')) return error;
  return new AppError('import.unreadable', { message: `${path} cannot be read.`, cause: error });
}

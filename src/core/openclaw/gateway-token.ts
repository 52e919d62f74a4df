import { Secret } from '../../shared/secret.ts';
import { parseConfig, readSetting, type ConfigObject } from './config-document.ts';

/** How openclaw.json says what the gateway's token is. */
export type GatewayToken =
  | { readonly kind: 'plain'; readonly token: Secret }
  /** It lies somewhere else, and OpenClaw looks it up itself: a SecretRef, or a text with `${NAME}` in it. */
  | { readonly kind: 'reference'; readonly source: string };

/** What the gateway itself refuses as a token (2026.9.6): blank, nothing printed as a word, examples that were published. */
const REFUSED_TOKENS: ReadonlySet<string> = new Set([
  '',
  'undefined',
  'null',
  'change-me-now',
  'change-me-to-a-long-random-token',
]);

/**
 * The token that openclaw.json holds; undefined where there is none that the gateway would take. Pure.
 * @throws AppError `config.unreadable`
 */
export function readGatewayToken(text: string): GatewayToken | undefined {
  return findGatewayToken(parseConfig(text).value);
}

/** As `readGatewayToken`, in what was parsed already. Pure. */
export function findGatewayToken(config: ConfigObject): GatewayToken | undefined {
  const token = readSetting(config, ['gateway', 'auth', 'token']);
  if (typeof token === 'string') {
    if (token.includes('${')) return { kind: 'reference', source: 'env' };
    return REFUSED_TOKENS.has(token.trim()) ? undefined : { kind: 'plain', token: new Secret(token) };
  }
  const source = readSetting(token, ['source']);
  return typeof source === 'string' ? { kind: 'reference', source } : undefined;
}

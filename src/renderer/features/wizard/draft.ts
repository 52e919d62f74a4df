import type { DeploymentSecretsInput, DeploymentSpecInput, Provider } from '../../../shared/model/spec.ts';
import { parseHop, type SshHop, type Target } from '../../../shared/model/target.ts';
import type { NewPlace } from '../../router.ts';
import { buildAccessSecrets, buildIngress, emptyAccess, type AccessDraft } from '../access/access-draft.ts';
import { buildLimits, emptyLimits, type LimitsDraft } from '../limits/limits-draft.ts';

export type Place = NewPlace;
/** `official`: OpenClaw's own image of that version. */
export type ImageKind = 'official' | 'build' | 'other';
export type Login = 'auto' | 'key' | 'password';

/** What a person has typed, as it was typed. Secrets live here and nowhere else of the interface, until the draft ends. */
export interface Draft extends AccessDraft, LimitsDraft {
  /** Docker: whose engine it is. */
  readonly engine: 'here' | 'server';
  readonly host: string;
  readonly port: string;
  readonly user: string;
  readonly login: Login;
  readonly keyFile: string;
  readonly passphrase: string;
  readonly password: string;
  readonly sudoPassword: string;
  readonly jumps: string;
  readonly name: string;
  /** Empty: the newest. */
  readonly version: string;
  readonly provider: Provider | '';
  readonly providerKey: string;
  readonly model: string;
  readonly telegramToken: string;
  readonly instructions: string;
  readonly gatewayPort: string;
  readonly firewall: boolean;
  readonly telemetry: boolean;
  readonly imageKind: ImageKind;
  /** Of an image of one's own. */
  readonly imageRef: string;
}

export const emptyDraft: Draft = {
  ...emptyAccess,
  ...emptyLimits,
  engine: 'here',
  host: '',
  port: '',
  user: '',
  login: 'auto',
  keyFile: '',
  passphrase: '',
  password: '',
  sudoPassword: '',
  jumps: '',
  name: '',
  version: '',
  provider: '',
  providerKey: '',
  model: '',
  telegramToken: '',
  instructions: '',
  gatewayPort: '',
  firewall: false,
  telemetry: false,
  imageKind: 'official',
  imageRef: '',
};

/** What a login is made with; the others are of what is deployed. */
const loginSecrets = ['passphrase', 'password', 'sudoPassword'] as const;
const otherSecrets = ['providerKey', 'telegramToken', 'cloudflareToken'] as const;

/** Where the first secret of a draft is typed. Undefined: it has none. Pure. */
export function findSecret(draft: Draft): 'where' | 'what' | undefined {
  if (loginSecrets.some((field) => draft[field] !== '')) return 'where';
  return otherSecrets.some((field) => draft[field] !== '') ? 'what' : undefined;
}

/** Pure. */
export function dropSecrets(draft: Draft): Draft {
  return { ...draft, ...Object.fromEntries([...loginSecrets, ...otherSecrets].map((field) => [field, ''])) };
}

export type DraftField = keyof Draft;
export type FieldErrors = Readonly<Partial<Record<DraftField, string>>>;

/** `user@host:port`, with `ssh://` before it or not. Undefined: it is not. Pure. */
export function parseJump(line: string): SshHop | undefined {
  try {
    return parseHop(`ssh://${line.trim().replace(/^ssh:\/\//i, '')}`);
  } catch {
    return undefined;
  }
}

/** Pure. */
export function isPort(text: string): boolean {
  return /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65535;
}

export const listJumps = (draft: Draft): string[] =>
  draft.jumps
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** Whether a server is signed in to. Pure. */
export function hasServer(place: Place, { engine }: Draft): boolean {
  return place === 'server' || (place === 'docker' && engine === 'server');
}

/** A name that nothing has yet: the machine's, or `home`. Pure. */
export function suggestName(place: Place, draft: Draft, taken: readonly string[]): string {
  const isAddress = /^[\d.]+$|:/.test(draft.host);
  const first = draft.host.split('.')[0] ?? '';
  const here = place === 'local' ? 'home' : 'claw';
  const base = hasServer(place, draft) ? (isAddress || first === '' ? 'server' : first) : here;
  const used = new Set(taken.map((name) => name.toLowerCase()));
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? base : `${base}-${number}`;
    if (!used.has(name.toLowerCase())) return name;
  }
}

const unlessEmpty = <K extends string>(key: K, value: string): Partial<Record<K, string>> =>
  value.trim() === '' ? {} : ({ [key]: value.trim() } as Record<K, string>);

/** Pure. The draft has passed `checkWhere`. */
export function buildSpec(place: Place, draft: Draft, suggestedName: string): DeploymentSpecInput {
  const name = draft.name.trim() === '' ? suggestedName : draft.name.trim();
  return {
    name,
    target: buildTarget(place, draft),
    ...unlessEmpty('version', draft.version),
    ...(draft.gatewayPort.trim() === '' ? {} : { port: Number(draft.gatewayPort) }),
    ...(draft.provider === '' ? {} : { provider: draft.provider, ...unlessEmpty('model', draft.model) }),
    ...(draft.instructions.trim() === '' ? {} : { instructions: draft.instructions }),
    telemetry: draft.telemetry,
    ...(place === 'server' ? { firewall: draft.firewall } : {}),
    ...(place === 'docker' ? { ...buildImage(draft), limits: buildLimits(draft) } : {}),
    // a tunnel is what it has without a word
    ...(place === 'local' || draft.access === 'tunnel' ? {} : { ingress: buildIngress(draft) }),
  };
}

function buildTarget(place: Place, draft: Draft): Target {
  if (place === 'local') return { kind: 'local' };
  if (!hasServer(place, draft)) return { kind: 'docker' };
  const server = {
    kind: 'ssh' as const,
    host: draft.host.trim(),
    ...(draft.port.trim() === '' ? {} : { port: Number(draft.port) }),
    ...unlessEmpty('user', draft.user),
    ...(draft.login === 'key' ? unlessEmpty('identityFile', draft.keyFile) : {}),
    jumps: listJumps(draft).flatMap((line) => parseJump(line) ?? []),
  };
  return place === 'docker' ? { kind: 'docker', server } : server;
}

function buildImage({ imageKind, imageRef }: Draft): { image?: string } {
  if (imageKind === 'official') return {};
  return { image: imageKind === 'build' ? 'build' : imageRef.trim() };
}

const unlessBlank = <K extends string>(key: K, value: string): Partial<Record<K, string>> =>
  value === '' ? {} : ({ [key]: value } as Record<K, string>);

/** Pure. Passwords stay as they were typed, spaces and all. */
export function buildSecrets(place: Place, draft: Draft): DeploymentSecretsInput {
  return {
    ...(hasServer(place, draft)
      ? {
          ...(draft.login === 'password' ? unlessBlank('sshPassword', draft.password) : {}),
          ...(draft.login === 'password' ? {} : unlessBlank('keyPassphrase', draft.passphrase)),
          ...unlessBlank('sudoPassword', draft.sudoPassword),
        }
      : {}),
    ...(draft.provider === '' ? {} : unlessEmpty('providerKey', draft.providerKey)),
    ...unlessEmpty('telegramToken', draft.telegramToken),
    ...(place === 'local' ? {} : buildAccessSecrets(draft)),
  };
}

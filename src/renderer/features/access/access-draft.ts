import {
  accessSchema,
  acmeSchema,
  addressRangeSchema,
  closedIngress,
  hostNameSchema,
  ingressSchema,
  type Access,
  type Ingress,
  type TrafficLimits,
} from '../../../shared/model/ingress.ts';
import { deploymentSecretsSchema } from '../../../shared/model/spec.ts';
import { readNumber } from '../../read-number.ts';
import { text } from '../../text/index.ts';

const words = text.access;
const MEGABYTE = 1024 ** 2;

export type AccessMode = Access['mode'];

/** How an instance is to be reached, as a person has typed it. */
export interface AccessDraft {
  readonly access: AccessMode;
  readonly accessHost: string;
  readonly baseDomain: string;
  readonly accessAddress: string;
  /** A secret: dropped with the others. */
  readonly cloudflareToken: string;
  readonly email: string;
  readonly acmeDirectory: string;
  readonly acmeRoot: string;
  readonly rate: string;
  readonly burst: string;
  readonly connections: string;
  readonly bodyMegabytes: string;
  /** One a line. */
  readonly allow: string;
}

export type AccessErrors = Readonly<Partial<Record<keyof AccessDraft, string>>>;

export const emptyAccess: AccessDraft = {
  access: 'tunnel',
  accessHost: '',
  baseDomain: '',
  accessAddress: '',
  cloudflareToken: '',
  email: '',
  acmeDirectory: '',
  acmeRoot: '',
  rate: '',
  burst: '',
  connections: '',
  bodyMegabytes: '',
  allow: '',
};

const listLines = (typed: string): string[] =>
  typed
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** What an instance has now, as it would be typed. Pure. */
export function readAccess({ access, limits, acme, email }: Ingress = closedIngress): AccessDraft {
  const say = (value: number | undefined): string => (value === undefined ? '' : String(value));
  return {
    ...emptyAccess,
    access: access.mode,
    accessHost: access.mode === 'domain' ? access.host : '',
    baseDomain: access.mode === 'base' ? access.domain : '',
    accessAddress: access.mode === 'ip' ? (access.address ?? '') : '',
    email: email ?? '',
    acmeDirectory: acme?.directory ?? '',
    acmeRoot: acme?.rootCertificate ?? '',
    rate: say(limits.rate),
    burst: say(limits.burst),
    connections: say(limits.connections),
    bodyMegabytes: limits.bodyBytes === undefined ? '' : String(limits.bodyBytes / MEGABYTE),
    allow: (limits.allow ?? []).join('\n'),
  };
}

/** The fields that most people leave as they are. */
const advanced: ReadonlySet<keyof AccessDraft> = new Set<keyof AccessDraft>([
  'email',
  'acmeDirectory',
  'acmeRoot',
  'rate',
  'burst',
  'connections',
  'bodyMegabytes',
  'allow',
]);

/** Whether something was typed, or is wrong, in what is folded away. Pure. */
export function usesAdvanced(draft: AccessDraft, errors: AccessErrors): boolean {
  return [...advanced].some((field) => draft[field] !== '' || errors[field] !== undefined);
}

/** What is wrong, before anything is asked. Of a tunnel nothing can be. Pure. */
export function checkAccess(draft: AccessDraft): AccessErrors {
  if (draft.access === 'tunnel') return {};
  const errors: Partial<Record<keyof AccessDraft, string>> = {};
  const between = (field: keyof AccessDraft, least: number, most: number, isWhole: boolean): void => {
    const typed = draft[field];
    if (typed.trim() === '') return;
    const value = readNumber(typed);
    if (Number.isNaN(value) || (isWhole && !Number.isInteger(value))) errors[field] = words.numberWrong;
    else if (value < least || value > most) errors[field] = words.numberBetween(least, most);
  };
  const name = (field: 'accessHost' | 'baseDomain'): void => {
    const parsed = hostNameSchema.safeParse(draft[field].trim());
    if (draft[field].trim() === '') errors[field] = words.hostMissing;
    else if (!parsed.success) errors[field] = firstMessage(parsed.error);
  };
  if (draft.access === 'domain') name('accessHost');
  if (draft.access === 'base') {
    name('baseDomain');
    const token = deploymentSecretsSchema.shape.cloudflareToken.safeParse(draft.cloudflareToken.trim() || undefined);
    if (!token.success) errors.cloudflareToken = firstMessage(token.error);
  }
  if (draft.access === 'ip' && draft.accessAddress.trim() !== '') {
    const parsed = accessSchema.safeParse({ mode: 'ip', address: draft.accessAddress.trim() });
    if (!parsed.success) errors.accessAddress = words.addressWrong;
  }
  if (draft.email.trim() !== '') {
    const parsed = ingressSchema.shape.email.safeParse(draft.email.trim());
    if (!parsed.success) errors.email = firstMessage(parsed.error);
  }
  const directory = draft.acmeDirectory.trim();
  if (directory !== '') {
    const parsed = acmeSchema.shape.directory.safeParse(directory);
    if (!parsed.success) errors.acmeDirectory = firstMessage(parsed.error);
  }
  const root = draft.acmeRoot.trim();
  if (root !== '' && directory === '') errors.acmeDirectory = words.rootAlone;
  if (root !== '' && !acmeSchema.shape.rootCertificate.safeParse(root).success) errors.acmeRoot = words.rootWrong;
  between('rate', 0.1, 10_000, false);
  between('burst', 1, 100_000, true);
  if (draft.burst.trim() !== '' && draft.rate.trim() === '') errors.rate = words.burstAlone;
  between('connections', 1, 100_000, true);
  between('bodyMegabytes', 0.001, MEGABYTE, false);
  const wrong = listLines(draft.allow).find((line) => !addressRangeSchema.safeParse(line).success);
  if (wrong !== undefined) errors.allow = words.allowWrong(wrong);
  return errors;
}

/** Pure. The draft has passed `checkAccess`. */
export function buildIngress(draft: AccessDraft): Ingress {
  if (draft.access === 'tunnel') return closedIngress;
  const directory = draft.acmeDirectory.trim();
  const root = draft.acmeRoot.trim();
  const email = draft.email.trim();
  return {
    access: buildAccess(draft),
    limits: buildLimits(draft),
    ...(directory === '' ? {} : { acme: { directory, ...(root === '' ? {} : { rootCertificate: root }) } }),
    ...(email === '' ? {} : { email }),
  };
}

function buildAccess({ access, accessHost, baseDomain, accessAddress }: AccessDraft): Access {
  switch (access) {
    case 'tunnel':
      return { mode: 'tunnel' };
    case 'domain':
      return { mode: 'domain', host: accessHost.trim().toLowerCase() };
    case 'base':
      return { mode: 'base', domain: baseDomain.trim().toLowerCase() };
    case 'ip':
      return { mode: 'ip', ...(accessAddress.trim() === '' ? {} : { address: accessAddress.trim() }) };
  }
}

function buildLimits(draft: AccessDraft): TrafficLimits {
  const number = <K extends string>(key: K, typed: string, unit = 1): Partial<Record<K, number>> =>
    typed.trim() === '' ? {} : ({ [key]: readNumber(typed) * unit } as Record<K, number>);
  const allow = listLines(draft.allow);
  const { bodyBytes } = number('bodyBytes', draft.bodyMegabytes, MEGABYTE);
  return {
    ...number('rate', draft.rate),
    ...number('burst', draft.burst),
    ...number('connections', draft.connections),
    ...(bodyBytes === undefined ? {} : { bodyBytes: Math.max(1024, Math.round(bodyBytes)) }),
    ...(allow.length === 0 ? {} : { allow }),
  };
}

/** Its token for Cloudflare, where it has a use. Pure. */
export function buildAccessSecrets({ access, cloudflareToken }: AccessDraft): { cloudflareToken?: string } {
  return access === 'base' && cloudflareToken.trim() !== '' ? { cloudflareToken: cloudflareToken.trim() } : {};
}

function firstMessage(error: { issues: readonly { message: string }[] }): string {
  return error.issues[0]?.message ?? '';
}

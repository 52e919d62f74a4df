import type { ErrorReport } from '../../../shared/app-error.ts';
import { instanceNameSchema } from '../../../shared/model/ids.ts';
import { deploymentSecretsSchema, deploymentSpecSchema, imageChoiceSchema } from '../../../shared/model/spec.ts';
import { sshHopSchema } from '../../../shared/model/target.ts';
import { text } from '../../text/index.ts';
import { checkAccess } from '../access/access-draft.ts';
import { checkLimits } from '../limits/limits-draft.ts';
import {
  hasServer,
  isPort,
  listJumps,
  parseJump,
  type Draft,
  type DraftField,
  type FieldErrors,
  type Place,
} from './draft.ts';

const isAbsolute = (path: string): boolean => /^(\/|[a-z]:[\\/]|\\\\)/i.test(path);

/** What is wrong with the way to the server, before anything is asked. Pure. */
export function checkWhere(place: Place, draft: Draft): FieldErrors {
  if (!hasServer(place, draft)) return {};
  const words = text.wizard.where;
  const errors: Partial<Record<DraftField, string>> = {};
  const host = sshHopSchema.shape.host.safeParse(draft.host.trim());
  if (draft.host.trim() === '') errors.host = words.hostMissing;
  else if (!host.success) errors.host = firstMessage(host.error);
  if (draft.port.trim() !== '' && !isPort(draft.port.trim())) errors.port = words.portWrong;
  if (draft.user.trim() !== '') {
    const user = sshHopSchema.shape.user.safeParse(draft.user.trim());
    if (!user.success) errors.user = firstMessage(user.error);
  }
  if (draft.login === 'key') {
    if (draft.keyFile.trim() === '') errors.keyFile = words.keyFileMissing;
    else if (!isAbsolute(draft.keyFile.trim())) errors.keyFile = words.keyFileRelative;
  }
  const wrong = listJumps(draft).find((line) => parseJump(line) === undefined);
  if (wrong !== undefined) errors.jumps = words.jumpsWrong(wrong);
  return errors;
}

/** Pure. */
export function checkWhat(place: Place, draft: Draft): FieldErrors {
  const errors: Partial<Record<DraftField, string>> = {};
  const check = (
    field: DraftField,
    value: string,
    schema: { safeParse(value: string): { success: boolean; error?: { issues: readonly { message: string }[] } } },
  ): void => {
    if (value.trim() === '') return;
    const parsed = schema.safeParse(value.trim());
    if (parsed.error !== undefined) errors[field] = firstMessage(parsed.error);
  };
  check('name', draft.name, instanceNameSchema);
  if (draft.provider !== '') {
    check('providerKey', draft.providerKey, deploymentSecretsSchema.shape.providerKey);
    check('model', draft.model, deploymentSpecSchema.shape.model);
  }
  check('telegramToken', draft.telegramToken, deploymentSecretsSchema.shape.telegramToken);
  if (draft.gatewayPort.trim() !== '' && !isPort(draft.gatewayPort.trim())) {
    errors.gatewayPort = text.wizard.where.portWrong;
  }
  if (place === 'docker' && draft.imageKind === 'other') {
    if (draft.imageRef.trim() === '') errors.imageRef = text.wizard.what.imageMissing;
    check('imageRef', draft.imageRef, imageChoiceSchema);
  }
  return {
    ...errors,
    ...(place === 'docker' ? checkLimits(draft) : {}),
    ...(place === 'local' ? {} : checkAccess(draft)),
  };
}

function firstMessage(error: { issues: readonly { message: string }[] }): string {
  return error.issues[0]?.message ?? '';
}

interface Located {
  readonly screen: 'where' | 'what';
  readonly field: DraftField;
}

/** The field that a refusal is about, so that the person is brought back to it. Pure. */
export function locateError(error: ErrorReport, place: Place, draft: Draft): Located | undefined {
  const where = (field: DraftField): Located | undefined =>
    hasServer(place, draft) ? { screen: 'where', field } : undefined;
  switch (error.code) {
    case 'host.unreachable':
      return where('host');
    case 'host.auth-failed':
      return where(draft.login === 'password' ? 'password' : draft.login === 'key' ? 'keyFile' : 'login');
    case 'host.identity-unusable':
      return where(draft.login === 'key' ? 'passphrase' : 'login');
    case 'host.agent-unavailable':
      return where('login');
    case 'host.sudo-missing':
      return where('user');
    case 'host.sudo-password':
      return where('sudoPassword');
    case 'instance.exists':
      return { screen: 'what', field: 'name' };
    case 'registry.no-such-version':
    case 'preflight.version-differs':
      return { screen: 'what', field: 'version' };
    case 'provider.key-rejected':
      return { screen: 'what', field: 'providerKey' };
    case 'telegram.token-rejected':
    case 'telegram.unreachable':
      return { screen: 'what', field: 'telegramToken' };
    case 'image.not-found':
    case 'image.denied':
      return { screen: 'what', field: draft.imageKind === 'other' ? 'imageRef' : 'version' };
    case 'engine.port-taken':
      return { screen: 'what', field: 'gatewayPort' };
    case 'ingress.dns':
      return { screen: 'what', field: draft.access === 'base' ? 'baseDomain' : 'accessHost' };
    case 'ingress.unsupported':
      return { screen: 'what', field: 'access' };
    case 'cloudflare.token-rejected':
      return { screen: 'what', field: 'cloudflareToken' };
    case 'usage.invalid':
      return locatePath(error, hasServer(place, draft));
    default:
      return undefined;
  }
}

const paths: readonly (readonly [string, Located])[] = [
  ['target.jumps', { screen: 'where', field: 'jumps' }],
  ['target.identityFile', { screen: 'where', field: 'keyFile' }],
  ['target.port', { screen: 'where', field: 'port' }],
  ['target.user', { screen: 'where', field: 'user' }],
  ['target', { screen: 'where', field: 'host' }],
  ['image', { screen: 'what', field: 'imageRef' }],
  ['limits.memoryBytes', { screen: 'what', field: 'memory' }],
  ['limits.cpus', { screen: 'what', field: 'cpus' }],
  ['ingress.access.host', { screen: 'what', field: 'accessHost' }],
  ['ingress.access.domain', { screen: 'what', field: 'baseDomain' }],
  ['ingress.access.address', { screen: 'what', field: 'accessAddress' }],
  ['ingress.limits.rate', { screen: 'what', field: 'rate' }],
  ['ingress.limits.burst', { screen: 'what', field: 'burst' }],
  ['ingress.limits.connections', { screen: 'what', field: 'connections' }],
  ['ingress.limits.bodyBytes', { screen: 'what', field: 'bodyMegabytes' }],
  ['ingress.limits.allow', { screen: 'what', field: 'allow' }],
  ['ingress.acme.rootCertificate', { screen: 'what', field: 'acmeRoot' }],
  ['ingress.acme', { screen: 'what', field: 'acmeDirectory' }],
  ['ingress.email', { screen: 'what', field: 'email' }],
  ['ingress', { screen: 'what', field: 'access' }],
  ['name', { screen: 'what', field: 'name' }],
  ['version', { screen: 'what', field: 'version' }],
  ['model', { screen: 'what', field: 'model' }],
  ['provider', { screen: 'what', field: 'provider' }],
  ['port', { screen: 'what', field: 'gatewayPort' }],
];

function locatePath(error: ErrorReport, isRemote: boolean): Located | undefined {
  const path = error.details?.['path'];
  if (typeof path !== 'string') return undefined;
  // a place in Docker has its server one step further in
  const bare = path.replace(/^spec\./, '').replace(/^target\.server\b/, 'target');
  const found = paths.find(([name]) => bare === name || bare.startsWith(`${name}.`))?.[1];
  return found?.screen === 'where' && !isRemote ? undefined : found;
}

import type { ErrorReport } from '../../../shared/app-error.ts';
import { instanceNameSchema } from '../../../shared/model/ids.ts';
import { deploymentSecretsSchema, deploymentSpecSchema } from '../../../shared/model/spec.ts';
import { sshHopSchema } from '../../../shared/model/target.ts';
import { text } from '../../text/index.ts';
import { isPort, listJumps, parseJump, type Draft, type DraftField, type FieldErrors, type Place } from './draft.ts';

const isAbsolute = (path: string): boolean => /^(\/|[a-z]:[\\/]|\\\\)/i.test(path);

/** What is wrong with the way to the server, before anything is asked. Pure. */
export function checkWhere(draft: Draft): FieldErrors {
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
export function checkWhat(draft: Draft): FieldErrors {
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
  return errors;
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
    place === 'server' ? { screen: 'where', field } : undefined;
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
    case 'usage.invalid':
      return locatePath(error, place);
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
  ['name', { screen: 'what', field: 'name' }],
  ['version', { screen: 'what', field: 'version' }],
  ['model', { screen: 'what', field: 'model' }],
  ['provider', { screen: 'what', field: 'provider' }],
  ['port', { screen: 'what', field: 'gatewayPort' }],
];

function locatePath(error: ErrorReport, place: Place): Located | undefined {
  const path = error.details?.['path'];
  if (typeof path !== 'string') return undefined;
  const bare = path.replace(/^spec\./, '');
  const found = paths.find(([name]) => bare === name || bare.startsWith(`${name}.`))?.[1];
  return found?.screen === 'where' && place === 'local' ? undefined : found;
}

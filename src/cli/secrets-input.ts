import { z } from 'zod';
import { AppError } from '../shared/app-error.ts';
import { deploymentSecretsSchema } from '../shared/model/spec.ts';
import { Secret } from '../shared/secret.ts';
import type { DeploymentSecrets } from '../core/index.ts';
import type { Session } from './session.ts';
import { texts } from './text.ts';

const MAX_SECRETS_BYTES = 64 * 1024;
/** Time for whatever fills the pipe: a password manager may ask its owner first. */
const READ_TIMEOUT_MS = 5 * 60_000;

const settingsSchema = z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,63}$/), z.string().min(1));

/** Reads `--secrets-stdin` to the end. @throws AppError `usage.invalid`, or the reason of the session's signal */
export async function readSecrets(session: Session): Promise<DeploymentSecrets> {
  if (session.io.isTty.stdin) throw new AppError('usage.invalid', texts.secretsFromTerminal);
  session.claimInput();
  return parseSecrets(await readAll(session));
}

/**
 * As above, of a command that takes settings of OpenClaw beside the secrets of a login: what is not one of ours is one of those.
 * @throws AppError `usage.invalid`
 */
export async function readSecretsAndSettings(
  session: Session,
): Promise<{ readonly secrets: DeploymentSecrets; readonly settings: Readonly<Record<string, Secret>> }> {
  if (session.io.isTty.stdin) throw new AppError('usage.invalid', texts.secretsFromTerminal);
  session.claimInput();
  const parsed = settingsSchema.safeParse(parseObject(await readAll(session)));
  if (!parsed.success) throw notJson();
  const ours = Object.entries(parsed.data).filter(([key]) => key in deploymentSecretsSchema.shape);
  const others = Object.entries(parsed.data).filter(([key]) => !(key in deploymentSecretsSchema.shape));
  return {
    secrets: parseSecrets(JSON.stringify(Object.fromEntries(ours))),
    settings: Object.fromEntries(others.map(([key, value]) => [key, new Secret(value)])),
  };
}

/** As above, for what is no part of a deployment. @param names of the fields that it may have */
export async function readSecretFields<Name extends string>(
  session: Session,
  names: readonly Name[],
): Promise<{ readonly [K in Name]?: Secret }> {
  if (session.io.isTty.stdin) throw new AppError('usage.invalid', texts.secretsFromTerminal);
  session.claimInput();
  const value = parseObject(await readAll(session));
  const given = Object.entries(value);
  if (given.some(([name, text]) => !names.some((one) => one === name) || typeof text !== 'string' || text === ''))
    throw new AppError('usage.invalid', { message: texts.secretsKeys(names), hint: texts.secretsNotJson.hint });
  const secrets = given.map(([name, text]) => [name, new Secret(String(text))]);
  return Object.fromEntries(secrets) as { readonly [K in Name]?: Secret };
}

async function readAll({ io, signal }: Session): Promise<string> {
  const late = new AppError('usage.invalid', {
    message: `Standard input did not end within ${String(READ_TIMEOUT_MS / 60_000)} minutes.`,
    hint: texts.secretsFromTerminal.hint,
  });
  const timer = setTimeout(() => io.stdin.destroy(late), READ_TIMEOUT_MS);
  const stop = (): void => {
    io.stdin.destroy(signal.reason instanceof Error ? signal.reason : undefined);
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    for await (const chunk of io.stdin) {
      const bytes = Buffer.from(chunk as Buffer | string);
      sizeBytes += bytes.length;
      if (sizeBytes > MAX_SECRETS_BYTES) throw notJson();
      chunks.push(bytes);
    }
    signal.throwIfAborted();
    return Buffer.concat(chunks).toString('utf8');
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

/** Says what is wrong and where, never with which value: neither the parser's words nor a field's name are repeated. Pure. */
export function parseSecrets(text: string): DeploymentSecrets {
  const value = parseObject(text);
  const parsed = deploymentSecretsSchema.safeParse(value);
  if (parsed.success) {
    return Object.fromEntries(
      Object.entries(parsed.data).flatMap(([name, secret]) =>
        secret === undefined ? [] : [[name, new Secret(secret)]],
      ),
    );
  }
  const issue = parsed.error.issues[0];
  const path = issue?.path.join('.') ?? '';
  throw new AppError('usage.invalid', {
    message:
      issue?.code === 'unrecognized_keys' || path === ''
        ? texts.secretsKeys(Object.keys(deploymentSecretsSchema.shape))
        : `The field ${path} of the secrets cannot be used. ${issue?.message ?? ''}`.trim(),
    hint: texts.secretsNotJson.hint,
  });
}

function parseObject(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw notJson();
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw notJson();
  return value;
}

function notJson(): AppError {
  return new AppError('usage.invalid', texts.secretsNotJson);
}

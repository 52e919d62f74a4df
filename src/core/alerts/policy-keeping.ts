import type { z } from 'zod';
import { AppError, isAppError } from '../../shared/app-error.ts';
import { botTokenSchema, webhookUrlSchema, type AlertPolicy, type AlertSettings } from '../../shared/model/alert.ts';
import type { SecretRef } from '../../shared/model/instance.ts';
import type { Secret } from '../../shared/secret.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import type { AlertMarks, KeptPolicy } from '../state/alert-records.ts';
import type { RecordFile } from '../state/record-file.ts';
import type { AlertSecrets } from '../api-alerts.ts';

export function showSettings({ policy, webhookHost }: KeptPolicy, { trouble }: AlertMarks): AlertSettings {
  return { policy, trouble, ...(webhookHost === undefined ? {} : { webhookHost }) };
}

/** Keeps a policy with its secrets: those of channels that are no longer in it are deleted. */
export async function keepPolicy(
  { record, secrets }: { readonly record: RecordFile<KeptPolicy>; readonly secrets: SecretStore },
  policy: AlertPolicy,
  given: AlertSecrets,
): Promise<KeptPolicy> {
  expectShape('telegramToken', given.telegramToken, botTokenSchema);
  expectShape('webhookUrl', given.webhookUrl, webhookUrlSchema);
  return await record.update(async (old) => {
    if (policy.telegram !== undefined && (given.telegramToken ?? old?.telegramToken) === undefined)
      throw missing('telegramToken', 'The Telegram chat needs the token of a bot.');
    if (policy.webhook !== undefined && (given.webhookUrl ?? old?.webhookUrl) === undefined)
      throw missing('webhookUrl', 'The webhook needs its address.');
    const telegramToken = await keep(secrets, 'alert-telegram', policy.telegram && given.telegramToken, {
      known: old?.telegramToken,
      isWanted: policy.telegram !== undefined,
    });
    const webhookUrl = await keep(secrets, 'alert-webhook', policy.webhook && given.webhookUrl, {
      known: old?.webhookUrl,
      isWanted: policy.webhook !== undefined,
    });
    const host = given.webhookUrl === undefined ? old?.webhookHost : new URL(given.webhookUrl.reveal()).host;
    return {
      policy,
      ...(telegramToken === undefined ? {} : { telegramToken }),
      ...(webhookUrl === undefined ? {} : { webhookUrl, ...(host === undefined ? {} : { webhookHost: host }) }),
    };
  });
}

async function keep(
  secrets: SecretStore,
  name: string,
  given: Secret | undefined,
  { known, isWanted }: { readonly known: SecretRef | undefined; readonly isWanted: boolean },
): Promise<SecretRef | undefined> {
  if (!isWanted) {
    if (known !== undefined) await secrets.remove(known);
    return undefined;
  }
  if (given === undefined) return known;
  try {
    return await secrets.put(name, given, known);
  } catch (error) {
    // Its store has lost it: it is kept where new ones go.
    if (known === undefined || !isAppError(error, 'secrets.missing')) throw error;
    return await secrets.put(name, given);
  }
}

/** Says what is wrong, never with which value. */
function expectShape(field: string, secret: Secret | undefined, schema: z.ZodType<string>): void {
  if (secret === undefined) return;
  const issue = schema.safeParse(secret.reveal()).error?.issues[0];
  if (issue === undefined) return;
  throw new AppError('usage.invalid', { message: issue.message, details: { path: field } });
}

function missing(field: string, message: string): AppError {
  return new AppError('usage.invalid', {
    message,
    hint: {
      command: `Give it as ${field} with --secrets-stdin, or in the settings.`,
      window: 'Give it in the settings.',
    },
    details: { path: field },
  });
}

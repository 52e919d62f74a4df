import { AppError } from '../../shared/app-error.ts';
import { readObject } from '../models/gateway-talk.ts';
import type { ConfigObject } from '../openclaw/config-document.ts';

/** How deeds and questions call it. Pure. */
export function nameAccount(channel: string, account: string | undefined): string {
  return account === undefined ? `Channel ${channel}` : `Channel ${channel} (${account})`;
}

/** Without one the gateway takes the channel's default. Pure. */
export function accountIdOf(account: string | undefined): { readonly accountId?: string } {
  return account === undefined ? {} : { accountId: account };
}

/** Where the settings of one account of a channel stand in openclaw.json. */
export interface AccountSettings {
  /** As they are now, with those of the channel that it shares. */
  readonly before: ConfigObject;
  /** What is to be merged into the channel so that the account has these. */
  readonly put: (settings: ConfigObject) => ConfigObject;
}

/** Pure. @param account undefined: the channel's own @throws AppError `channel.unknown` */
export function findAccountSettings(
  channel: string,
  settings: ConfigObject,
  account: string | undefined,
): AccountSettings {
  const key = findKey(settings, account);
  if (key === undefined) {
    if (account !== undefined && account !== DEFAULT) throw unknownAccount(channel, account);
    return { before: settings, put: (own) => own };
  }
  return {
    before: { ...settings, ...readObject(settings, ['accounts', key]) },
    put: (own) => ({ accounts: { [key]: own } }),
  };
}

/**
 * What is to be merged into the channels so that one account goes, or without one the channel. Pure.
 * @throws AppError `channel.unknown`, `channel.account-shared`
 */
export function buildRemoval(channel: string, settings: ConfigObject, account: string | undefined): ConfigObject {
  if (account === undefined) return { [channel]: null };
  const count = Object.keys(readObject(settings, ['accounts'])).length;
  const key = findKey(settings, account);
  if (key !== undefined) return { [channel]: { accounts: count === 1 ? null : { [key]: null } } };
  if (account !== DEFAULT) throw unknownAccount(channel, account);
  if (count > 0) throw new AppError('channel.account-shared');
  return { [channel]: null };
}

/** Its settings are the channel's own, unless it has an entry as well. */
const DEFAULT = 'default';

function findKey(settings: ConfigObject, account: string | undefined): string | undefined {
  if (account === undefined) return undefined;
  return Object.keys(readObject(settings, ['accounts'])).find((key) => toAccountId(key) === toAccountId(account));
}

/** A gateway calls `Sales & Co` sales-co. */
function toAccountId(key: string): string {
  return key
    .trim()
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
}

function unknownAccount(channel: string, account: string): AppError {
  return new AppError('channel.unknown', { message: `The channel ${channel} has no account ${account}.` });
}

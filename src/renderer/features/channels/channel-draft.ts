import type { ChannelField, ChannelSettings } from '../../../shared/model/channels.ts';
import { text } from '../../text/index.ts';

const words = text.channels.dialog;

export type ChannelDraft = Readonly<Record<string, string | boolean>>;

/** What nobody has to be asked about: these two are checked before they are kept. */
export const knownFields: Readonly<Record<string, readonly ChannelField[]>> = {
  telegram: [{ key: 'botToken', label: words.token, help: words.telegramHint, secret: true, kind: 'text' }],
  discord: [{ key: 'token', label: words.token, help: words.discordHint, secret: true, kind: 'text' }],
};

export interface ChannelWish {
  readonly channel: string;
  readonly settings: ChannelSettings;
  readonly secrets: Record<string, string>;
}

/** What was filled in, secrets apart. Pure. */
export function buildWish(channel: string, fields: readonly ChannelField[], draft: ChannelDraft): ChannelWish {
  const settings: ChannelSettings = {};
  const secrets: Record<string, string> = {};
  for (const { key, secret } of fields) {
    const value = draft[key];
    if (typeof value === 'boolean') settings[key] = value;
    else if (value !== undefined && value.trim() !== '') (secret ? secrets : settings)[key] = value.trim();
  }
  return { channel, settings, secrets };
}

/** Whether what was said of the one is true of the other. Pure. */
export function isSameWish(one: ChannelWish | undefined, other: ChannelWish | undefined): boolean {
  return one !== undefined && JSON.stringify(one) === JSON.stringify(other);
}

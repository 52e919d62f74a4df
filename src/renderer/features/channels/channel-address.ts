import type { ChannelView } from '../../../shared/model/channels.ts';

export interface ChannelAddress {
  readonly channel: string;
  /** Of a channel with several alone: what is said of the only one is said of the channel. */
  readonly account?: string;
}

export interface NamedChannel {
  readonly label: string;
  readonly address: ChannelAddress;
}

/** What a row is about, and how it is called. Pure. @param all the rows there are */
export function addressOf({ id: channel, label, account }: ChannelView, all: readonly ChannelView[]): NamedChannel {
  if (all.filter(({ id }) => id === channel).length < 2) return { label, address: { channel } };
  return { label: `${label} (${account})`, address: { channel, account } };
}

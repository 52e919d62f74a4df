import type { ChannelView } from '../../shared/model/channels.ts';
import type { DiagnosisFinding } from '../../shared/model/diagnosis.ts';

/** What a messenger's refusal means, for a person who never saw its codes. */
const REFUSALS: readonly {
  readonly channel?: string;
  readonly says: RegExp;
  readonly because: string;
  readonly hint: string;
}[] = [
  {
    channel: 'telegram',
    says: /\b409\b|terminated by other getUpdates/i,
    because: 'Another program fetches the messages of the same bot.',
    hint: 'Stop that program, or give this instance a bot of its own: @BotFather makes one.',
  },
  {
    channel: 'discord',
    says: /\b4014\b|disallowed intents?/i,
    because: 'Discord does not let the bot read messages.',
    hint: 'Switch on Message Content Intent at discord.com/developers, under Bot, then restart the channel.',
  },
  {
    says: /\b401\b|unauthori[sz]ed|invalid[ _](?:bot )?(?:token|auth)|\b4004\b/i,
    because: 'Its token is not accepted any more.',
    hint: 'Make a new token where the bot was made, and set the channel up again with it.',
  },
];

/** What the gateway says of its channels, judged. Those that are switched off are as somebody wants them. Pure. */
export function judgeChannels(channels: readonly ChannelView[]): DiagnosisFinding[] {
  return channels
    .filter(({ state }) => state !== 'off' && state !== 'unconfigured')
    .map((channel): DiagnosisFinding => {
      const { id, account, label, identity } = channel;
      const named = `channel.${id}/${account.replace(/[^A-Za-z0-9_.:-]/g, '-')}`.slice(0, 120);
      const subject =
        account === 'default' ? { id: `channel.${id}`, title: label } : { id: named, title: `${label} (${account})` };
      if (channel.state === 'connected')
        return {
          ...subject,
          level: 'ok',
          because: identity === undefined ? 'It is connected.' : `Connected as ${identity}.`,
        };
      // One that was started a moment ago connects by itself.
      const level = channel.state === 'connecting' ? 'warn' : 'bad';
      return { ...subject, level, why: 'Nobody is answered there.', ...explain(channel) };
    });
}

function explain({ id, state, lastError, alsoAt, scans }: ChannelView): Pick<DiagnosisFinding, 'because' | 'hint'> {
  const known = REFUSALS.find(({ channel = id, says }) => channel === id && says.test(lastError ?? ''));
  if (known !== undefined) {
    const other = alsoAt === undefined ? '' : ` ${alsoAt} uses it as well.`;
    return { because: `${known.because}${other}`, hint: known.hint };
  }
  if (lastError !== undefined)
    return { because: lastError, hint: 'Restart the channel; the log of the gateway says more.' };
  if (scans) return { because: 'No phone is connected.', hint: 'Scan its code again, under Channels.' };
  return {
    because: state === 'connecting' ? 'It has not connected yet.' : 'It is not connected.',
    hint: 'Restart the channel; the log of the gateway says more.',
  };
}

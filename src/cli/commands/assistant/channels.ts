import type { Command } from 'commander';
import { pairingCodeSchema, channelSettingsSchema } from '../../../shared/model/channels.ts';
import type { AccountOptions, TalkOptions } from '../../../core/index.ts';
import type { Secret } from '../../../shared/secret.ts';
import { readSecretsAndSettings } from '../../secrets-input.ts';
import { alignRows, bold, dim, green, red, yellow, type Line } from '../../output/line.ts';
import { formatAge } from '../../output/quantity.ts';
import { collectedBy, done, usageError, type Bind, type Outcome } from '../command.ts';
import { scan } from './scan.ts';
import { askHidden, provideLogin, readChannel, tell, topicCommand, type Asked, type TopicOptions } from './topic.ts';

/** With the account of it that was named. */
const nameChannel = (channel = '', { account }: TopicOptions): string =>
  account === undefined ? channel : `${channel} (${account})`;
const withAccount = ({ options: { account } }: Asked, options: TalkOptions): AccountOptions => ({
  ...options,
  account,
});

export function channelsCommand(bind: Bind): Command {
  return topicCommand(bind, {
    name: 'channels',
    summary: 'show, add or remove the channels on which people reach an instance',
    description: 'Shows, adds or removes the channels on which people reach an instance, and lets in who asks.',
    verbs: {
      list: { words: '', summary: 'its channels, and who asks to be let in', least: 0, most: 0, run: list },
      kinds: { words: '', summary: 'what it can be connected to', least: 0, most: 0, run: kinds },
      fields: { words: 'CHANNEL', summary: 'what such a channel is given', least: 1, most: 1, run: fields },
      add: {
        words: 'CHANNEL',
        summary: 'checks a bot and adds it; its token is asked for, or read by --secrets-stdin',
        least: 1,
        most: 1,
        question: ([channel], name) => `Connect ${name} to ${channel ?? ''}?`,
        readsInput: true,
        run: add,
      },
      remove: {
        words: 'CHANNEL',
        summary: 'takes it away with its token',
        least: 1,
        most: 1,
        question: ([channel], name, options) => `Remove ${nameChannel(channel, options)} from ${name}?`,
        run: remove,
      },
      restart: { words: 'CHANNEL', summary: 'connects it anew', least: 1, most: 1, run: restart },
      scan: {
        words: 'CHANNEL [anew]',
        summary: 'shows the code that a phone scans, as for WhatsApp; anew: also where one is linked',
        least: 1,
        most: 2,
        run: scan,
      },
      stop: {
        words: 'CHANNEL',
        summary: 'until it is restarted',
        least: 1,
        most: 1,
        question: ([channel], name, options) => `Stop ${nameChannel(channel, options)} of ${name}?`,
        run: stop,
      },
      pairing: { words: '', summary: 'who asks to be let in', least: 0, most: 0, run: list },
      approve: {
        words: 'CHANNEL CODE|REQUEST',
        summary: 'lets somebody in, by the code that they were given',
        least: 2,
        most: 2,
        question: ([, code], name) => `Let ${code ?? ''} write to ${name}?`,
        run: approve,
      },
      dismiss: {
        words: 'CHANNEL REQUEST',
        summary: 'turns somebody down',
        least: 2,
        most: 2,
        question: ([, code], name) => `Turn ${code ?? ''} away from ${name}?`,
        run: dismiss,
      },
    },
    addOptions: (command) =>
      command
        .option(
          '--set <key=value>',
          'for add: a setting that is no secret; repeat it for more',
          collectedBy((text: string) => text),
        )
        .option('--account <name>', 'of a channel with several: the one that is meant')
        .option('--anyway', 'for add: also when something about the bot would not work'),
  });
}

const colours = { connected: green, connecting: yellow, stopped: dim, off: dim, failed: red, unconfigured: yellow };

async function list({ session, core, instance, ask }: Asked): Promise<Outcome> {
  const channels = await ask('Asking for the channels', (options) => core.channels.list(instance.name, options));
  if (!session.json) {
    const { out } = session.screen;
    out.print(
      ...(channels.channels.length === 0
        ? [[`${instance.name} has no channel yet.`]]
        : alignRows(
            channels.channels.map(({ id, account, state, identity = '', lastError, alsoAt }) => [
              bold(account === 'default' ? id : `${id} ${account}`),
              colours[state](state),
              identity,
              alsoAt === undefined ? (lastError ?? '') : `the same bot as ${alsoAt}`,
            ]),
            { columns: out.columns() },
          )),
      ...(channels.requests.length === 0 ? [] : [[], [bold('Asking to be let in')]]),
      ...alignRows(
        channels.requests.map(({ channel, requestId, sender, name = '', createdAt }) => [
          channel,
          requestId,
          `${name} ${sender}`.trim(),
          dim(formatAge(Date.parse(createdAt), session.io.nowMs())),
        ]),
      ),
    );
  }
  return done({ channels });
}

async function kinds({ session, core, instance, ask }: Asked): Promise<Outcome> {
  const channelKinds = await ask('Asking what there is', (options) => core.channels.kinds(instance.name, options));
  if (!session.json) session.screen.out.print(...alignRows(channelKinds.map(({ id, label }) => [bold(id), label])));
  return done({ channelKinds });
}

async function fields({ session, core, instance, ask, words }: Asked): Promise<Outcome> {
  const channel = readChannel(words[0]);
  const channelFields = await ask('Asking what it needs', (options) =>
    core.channels.fields(instance.name, channel, options),
  );
  if (!session.json) {
    const rows = channelFields.map(({ key, label, secret }) => [bold(key), secret ? 'secret' : 'setting', label]);
    session.screen.out.print(...alignRows(rows, { columns: session.screen.out.columns() }));
  }
  return done({ channelFields });
}

async function add(asked: Asked): Promise<Outcome> {
  const { session, core, instance, words, options, ask } = asked;
  const channel = readChannel(words[0]);
  const settings = readSettings(options.set ?? []);
  const wish = { channel, account: options.account, settings, secrets: await readChannelSecrets(asked, channel) };
  const check = await ask('Checking and connecting', (talk) =>
    core.channels.add(instance.name, wish, { ...talk, anyway: options.anyway === true }),
  );
  tell(asked, `${instance.name} is on ${channel}${check.identity === undefined ? '' : ` as ${check.identity}`}.`);
  if (!session.json) {
    const lines: Line[] = check.warnings.map((warning) => [yellow(warning)]);
    session.screen.out.print(...lines, ...(check.inviteUrl === undefined ? [] : [[`Invite it: ${check.inviteUrl}`]]));
  }
  return done({ channel: check });
}

/** One token under the name that most channels give to it; the others by their settings' own names. */
async function readChannelSecrets(asked: Asked, channel: string): Promise<Record<string, Secret>> {
  const { session, core, instance, options, ask } = asked;
  if (options.secretsStdin === true) {
    const { secrets, settings } = await readSecretsAndSettings(session);
    await provideLogin(core, instance, secrets);
    const telegram = channel === 'telegram' ? secrets.telegramToken : undefined;
    return { ...settings, ...(telegram === undefined ? {} : { botToken: telegram }) };
  }
  const offered =
    channel === 'telegram'
      ? [{ key: 'botToken', label: 'Bot token' }]
      : channel === 'discord'
        ? [{ key: 'token', label: 'Bot token' }]
        : (await ask('Asking what it needs', (talk) => core.channels.fields(instance.name, channel, talk))).filter(
            ({ secret }) => secret,
          );
  const typed: Record<string, Secret> = {};
  for (const { key, label } of offered) {
    const value = await askHidden(
      session,
      `${label}${offered.length === 1 ? '' : ' (Enter: none)'}:`,
      `Give it with --secrets-stdin, as ${key}.`,
    );
    if (value.reveal() !== '') typed[key] = value;
  }
  return typed;
}

function readSettings(given: readonly string[]): Record<string, string | boolean> {
  const settings = given.map((text) => {
    const [, key, value] = /^([A-Za-z][A-Za-z0-9]*)=(.+)$/s.exec(text) ?? [];
    if (key === undefined || value === undefined) throw usageError(`--set is written KEY=VALUE.`);
    return [key, value === 'true' ? true : value === 'false' ? false : value] as const;
  });
  return channelSettingsSchema.parse(Object.fromEntries(settings));
}

async function remove(asked: Asked): Promise<Outcome> {
  const channel = readChannel(asked.words[0]);
  await asked.ask('Removing it', (options) =>
    asked.core.channels.remove(asked.instance.name, channel, withAccount(asked, options)),
  );
  tell(asked, `${asked.instance.name} is no longer on ${nameChannel(channel, asked.options)}.`);
  return done();
}

async function restart(asked: Asked): Promise<Outcome> {
  const channel = readChannel(asked.words[0]);
  await asked.ask('Connecting it anew', (options) =>
    asked.core.channels.restart(asked.instance.name, channel, withAccount(asked, options)),
  );
  tell(asked, `${nameChannel(channel, asked.options)} was restarted.`);
  return done();
}

async function stop(asked: Asked): Promise<Outcome> {
  const channel = readChannel(asked.words[0]);
  await asked.ask('Stopping it', (options) =>
    asked.core.channels.stop(asked.instance.name, channel, withAccount(asked, options)),
  );
  tell(asked, `${nameChannel(channel, asked.options)} is stopped.`);
  return done();
}

async function approve(asked: Asked): Promise<Outcome> {
  const { core, instance, words, ask } = asked;
  const channel = readChannel(words[0]);
  const word = words[1] ?? '';
  const code = pairingCodeSchema.safeParse(word);
  await ask('Letting them in', (options) =>
    core.channels.approve(
      instance.name,
      channel,
      code.success ? { code: code.data } : { requestId: word, account: asked.options.account },
      options,
    ),
  );
  tell(asked, `${word} may write to ${instance.name}.`);
  return done();
}

async function dismiss(asked: Asked): Promise<Outcome> {
  const channel = readChannel(asked.words[0]);
  const requestId = asked.words[1] ?? '';
  await asked.ask('Turning them away', (options) =>
    asked.core.channels.dismiss(asked.instance.name, channel, requestId, asked.options.account, options),
  );
  tell(asked, 'They were turned down.');
  return done();
}

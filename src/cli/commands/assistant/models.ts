import type { Command } from 'commander';
import {
  choiceOf,
  customProviderIdSchema,
  modelChoiceSchema,
  providerChoiceSchema,
  providerKeySchema,
  type ProviderChoice,
  type Spend,
} from '../../../shared/model/models.ts';
import { providerSchema } from '../../../shared/model/spec.ts';
import { Secret } from '../../../shared/secret.ts';
import { readSecrets } from '../../secrets-input.ts';
import { alignRows, bold, dim, green, yellow } from '../../output/line.ts';
import { countOf } from '../../output/quantity.ts';
import { done, usageError, type Bind, type Outcome } from '../command.ts';
import { askHidden, provideLogin, tell, topicCommand, type Asked } from './topic.ts';

/** Lists of models have hundreds of lines. */
const MOST_SHOWN = 40;

export function modelsCommand(bind: Bind): Command {
  return topicCommand(bind, {
    name: 'models',
    summary: 'show or choose the models of an instance, its keys and what they cost',
    description: 'Shows or chooses which model answers, whose key it uses and what was spent.',
    verbs: {
      list: { words: '[FILTER]', summary: 'keys, and the models that can be chosen', least: 0, most: 1, run: list },
      set: {
        words: 'MODEL [FALLBACK...]',
        summary: 'the model that answers, and those asked when it does not',
        least: 1,
        most: 11,
        question: ([model], name) => `Let ${name} answer with ${model ?? ''}?`,
        run: (asked) => choose(asked, asked.words[0] ?? '', asked.words.slice(1)),
      },
      fallbacks: {
        words: '[MODEL...]',
        summary: 'replaces the fallbacks; without a model there are none',
        least: 0,
        most: 10,
        question: (words, name) =>
          words.length === 0
            ? `Take the fallbacks of ${name} away?`
            : `Let ${name} fall back to ${words.join(', then ')}?`,
        run: fallbacks,
      },
      key: {
        words: 'PROVIDER',
        summary: 'gives it a key, tried first; a provider of your own with --url',
        least: 1,
        most: 1,
        question: ([provider], name) => `Give ${name} a key of ${provider ?? ''}?`,
        readsInput: true,
        run: giveKey,
      },
      forget: {
        words: 'PROVIDER',
        summary: 'takes a key away',
        least: 1,
        most: 1,
        question: ([provider], name) => `Take the key of ${provider ?? ''} away from ${name}?`,
        run: forget,
      },
      test: { words: 'PROVIDER', summary: 'lets the gateway ask the provider', least: 1, most: 1, run: test },
      spend: { words: '', summary: 'what was spent today, in 7 and in 30 days', least: 0, most: 0, run: spend },
    },
    addOptions: (command) =>
      command
        .option('--url <address>', 'for key: where a provider of your own answers as OpenAI does')
        .option('--untested', 'for key: keep it also when the provider cannot be asked from here'),
  });
}

async function list({ session, core, instance, words: [filter = ''], ask }: Asked): Promise<Outcome> {
  const models = await ask('Asking for the models', (options) => core.models.read(instance.name, options));
  if (!session.json) {
    const { out } = session.screen;
    const wanted = models.models.filter(({ ref, name }) =>
      `${ref} ${name}`.toLowerCase().includes(filter.toLowerCase()),
    );
    out.print(
      ...alignRows([
        [dim('answers'), bold(models.primary ?? 'nothing chosen')],
        [dim('falls back to'), models.fallbacks.join(', ') || 'nothing'],
        ...models.providers.map(({ id, key, status }) => [
          dim('key'),
          `${id}: ${key === 'none' ? 'none' : key === 'stored' ? 'kept by the gateway' : `from the ${key}`}${status === 'static' || status === 'ok' ? '' : ` (${status})`}`,
        ]),
      ]),
      [],
      ...wanted.slice(0, MOST_SHOWN).map(({ ref, available }) => [`  ${ref}`, available ? '' : yellow('  no key')]),
      ...(wanted.length > MOST_SHOWN
        ? [[dim(`  … and ${countOf(wanted.length - MOST_SHOWN, 'more', 'more')}: name a part of one.`)]]
        : []),
      ...(models.incomplete ? [[dim('  The gateway could not ask every provider: there may be more.')]] : []),
    );
  }
  return done({ models });
}

async function choose(asked: Asked, primary: string, others: readonly string[]): Promise<Outcome> {
  const { core, instance, ask } = asked;
  const parsed = modelChoiceSchema.safeParse({ primary, fallbacks: others });
  if (!parsed.success) throw usageError(parsed.error.issues[0]?.message ?? 'That is no model.');
  await ask('Choosing the model', (options) => core.models.choose(instance.name, parsed.data, options));
  tell(asked, `${instance.name} answers with ${primary}.`);
  return done();
}

async function fallbacks(asked: Asked): Promise<Outcome> {
  const { core, instance, ask, words } = asked;
  const { primary } = await ask('Asking for the models', (options) => core.models.read(instance.name, options));
  if (primary === undefined)
    throw usageError('No model is chosen yet.', `Run \`hardshell models ${instance.name} set MODEL\`.`);
  return await choose(asked, primary, words);
}

async function giveKey(asked: Asked): Promise<Outcome> {
  const { session, core, instance, words, options, ask } = asked;
  const named = readProvider(words[0] ?? '', options.url);
  const given = options.secretsStdin === true ? await readSecrets(session) : {};
  await provideLogin(core, instance, given);
  const hint = 'Give it with --secrets-stdin, as providerKey.';
  if (options.secretsStdin === true && given.providerKey === undefined)
    throw usageError('There is no providerKey.', hint);
  const key = given.providerKey ?? (await askHidden(session, `Key of ${words[0] ?? ''}:`, hint));
  if (!providerKeySchema.safeParse(key.reveal()).success) throw usageError('That is no key.', hint);
  const choice = named ?? (await findProvider(asked));
  const check = await ask('Trying the key', (talk) =>
    core.models.setKey(instance.name, choice, new Secret(key.reveal()), {
      ...talk,
      untested: options.untested === true,
    }),
  );
  tell(asked, check.says);
  return done({ key: check });
}

/** One that the gateway lists. @throws AppError `usage.invalid` */
async function findProvider({ core, instance, words: [word = ''], ask }: Asked): Promise<ProviderChoice> {
  const { providers } = await ask('Asking for the providers', (options) => core.models.read(instance.name, options));
  const found = providers.find(({ id }) => id === word);
  if (found !== undefined) return choiceOf(found);
  throw usageError(
    `${word} is none of ${providerSchema.options.join(', ')}, and ${instance.name} has none of that name.`,
    'A provider of your own needs its --url.',
  );
}

/** Undefined: it is none that we know, and has no address. */
function readProvider(word: string, url: string | undefined): ProviderChoice | undefined {
  const known = providerSchema.safeParse(word);
  if (known.success && url === undefined) return { kind: 'known', provider: known.data };
  const id = customProviderIdSchema.safeParse(word);
  if (url === undefined) return undefined;
  if (!id.success) throw usageError(id.error.issues[0]?.message ?? 'That is no name for a provider.');
  const choice = providerChoiceSchema.safeParse({ kind: 'custom', id: id.data, baseUrl: url });
  if (!choice.success) throw usageError(`--url: ${choice.error.issues[0]?.message ?? 'That is no address.'}`);
  return choice.data;
}

async function forget(asked: Asked): Promise<Outcome> {
  const { core, instance, ask, words } = asked;
  const provider = words[0] === 'gemini' ? 'google' : (words[0] ?? '');
  await ask('Taking the key away', (options) => core.models.removeKey(instance.name, provider, options));
  tell(asked, `${instance.name} has no key of ${provider} any more.`);
  return done();
}

async function test({ session, core, instance, ask, words }: Asked): Promise<Outcome> {
  const provider = words[0] === 'gemini' ? 'google' : (words[0] ?? '');
  const probe = await ask('The gateway asks the provider', (options) =>
    core.models.probe(instance.name, provider, options),
  );
  if (!session.json) session.screen.out.print([probe.works ? green(probe.says) : yellow(probe.says)]);
  return { ...done({ probe }), exitCode: probe.works ? 0 : 1 };
}

async function spend({ session, core, instance, ask }: Asked): Promise<Outcome> {
  const found = await ask('Adding up', (options) => core.models.spend(instance.name, options));
  if (!session.json) session.screen.out.print(...formatSpend(found));
  return done({ spend: found });
}

function formatSpend({ today, week, month, byModel, unpriced }: Spend): ReturnType<typeof alignRows> {
  const row = (label: string, { usd, tokens }: Spend['today']): (string | ReturnType<typeof dim>)[] => [
    dim(label),
    `$${usd.toFixed(2)}`,
    countOf(tokens, 'token'),
  ];
  return [
    ...alignRows([
      row('today', today),
      row('7 days', week),
      row('30 days', month),
      ...byModel.map(({ model, ...amount }) => row(model, amount)),
    ]),
    ...(unpriced === 0
      ? []
      : [[dim(`${countOf(unpriced, 'answer')} have no price the gateway knows, and are not in it.`)]]),
  ];
}

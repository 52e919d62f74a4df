import type { Command } from 'commander';
import type { Core, LoginSecrets, TalkOptions } from '../../../core/index.ts';
import { channelIdSchema } from '../../../shared/model/channels.ts';
import type { Instance } from '../../../shared/model/instance.ts';
import { confirm, requireAnswer } from '../../flow/asking.ts';
import { closest } from '../../flow/closest.ts';
import { connected } from '../../flow/connecting.ts';
import { findInstance } from '../../flow/finding.ts';
import { dim, green } from '../../output/line.ts';
import { marksOf } from '../../output/look.ts';
import { withSpinner } from '../../output/run-view.ts';
import type { Session } from '../../session.ts';
import { texts } from '../../text.ts';
import {
  declined,
  instanceCommand,
  jsonOption,
  readConnectOptions,
  secretsOption,
  usageError,
  type Bind,
  type Outcome,
  type ReachOptions,
} from '../command.ts';

export interface TopicOptions extends ReachOptions {
  readonly yes?: boolean;
  readonly anyway?: boolean;
  readonly untested?: boolean;
  readonly account?: string;
  readonly url?: string;
  readonly set?: readonly string[];
}

/** What one word of a topic is given. */
export interface Asked {
  readonly session: Session;
  readonly core: Core;
  readonly instance: Instance;
  readonly words: readonly string[];
  readonly options: TopicOptions;
  /** Asks the gateway, with a spinner; for the password of its server where there is somebody to ask. */
  readonly ask: <T>(saying: string, work: (options: TalkOptions) => Promise<T>) => Promise<T>;
}

export interface Verb {
  /** Words after it: `MODEL [FALLBACK...]`. */
  readonly words: string;
  readonly summary: string;
  readonly least: number;
  readonly most: number;
  /** What a person is asked before it is done. Undefined: it only shows something, or is undone as easily. */
  readonly question?: (words: readonly string[], name: string, options: TopicOptions) => string;
  /** Reads what comes on standard input itself. */
  readonly readsInput?: true;
  readonly run: (asked: Asked) => Promise<Outcome>;
}

interface Topic {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  /** The first is done where none is named. */
  readonly verbs: Readonly<Record<string, Verb>>;
  readonly addOptions?: (command: Command) => Command;
}

/** `hardshell models NAME [list|set|…] [words]`: several questions about one thing of an instance. */
export function topicCommand(
  bind: Bind,
  { name, summary, description, verbs, addOptions = (it) => it }: Topic,
): Command {
  const names = Object.keys(verbs);
  const list = Object.entries(verbs).map(
    ([verb, { words, summary: what }]) => `  ${`${verb} ${words}`.trim()}: ${what}`,
  );
  const command = instanceCommand(name, summary)
    .usage(`<name> [${names.join('|')}] [words...] [options]`)
    .description(`${description}\n\n${list.join('\n')}`)
    .argument('[what]', `one of ${names.join(', ')} (default: ${names[0] ?? ''})`)
    .argument('[words...]', 'what it is about');
  return addOptions(command)
    .option('--yes', 'do it without a question')
    .addOption(secretsOption())
    .addOption(jsonOption())
    .action(
      bind(async (session: Session, of: string, what: string | undefined, words: string[], options: TopicOptions) => {
        const chosen = what ?? names[0] ?? '';
        const verb = Object.hasOwn(verbs, chosen) ? verbs[chosen] : undefined;
        if (verb === undefined) {
          const meant = closest(chosen, names);
          throw usageError(
            `hardshell ${name} knows no ${chosen}.`,
            meant === undefined ? `It knows ${names.join(', ')}.` : `Did you mean ${meant}?`,
          );
        }
        if (words.length < verb.least || words.length > verb.most)
          throw usageError(`That is written: hardshell ${name} NAME ${`${chosen} ${verb.words}`.trim()}.`);
        return await runVerb(session, of, verb, words, options);
      }),
    );
}

async function runVerb(
  session: Session,
  name: string,
  verb: Verb,
  words: readonly string[],
  options: TopicOptions,
): Promise<Outcome> {
  if (verb.question !== undefined) requireAnswer(session, options.yes === true);
  const connect = await readConnectOptions(session, verb.readsInput === true ? {} : options);
  const core = await session.core();
  const instance = await findInstance(core, name);
  if (verb.question !== undefined && options.yes !== true) {
    const agreed = await confirm(session, verb.question(words, instance.name, options), false);
    session.screen.err.print([]);
    if (!agreed) {
      session.screen.out.print([dim(texts.declined)]);
      return declined;
    }
  }
  const ask: Asked['ask'] = (saying, work) =>
    connected(session, connect, {
      run: async ({ secrets, signal }) => {
        await provideLogin(core, instance, secrets);
        return await withSpinner(session, saying, () => work(signal === undefined ? {} : { signal }));
      },
    });
  return await verb.run({ session, core, instance, words, options, ask });
}

/** Links sign in with what is known of an instance. */
export async function provideLogin(core: Core, { id }: Instance, given: LoginSecrets | undefined): Promise<void> {
  const { sshPassword, sudoPassword, keyPassphrase } = given ?? {};
  const login = {
    ...(sshPassword === undefined ? {} : { sshPassword }),
    ...(sudoPassword === undefined ? {} : { sudoPassword }),
    ...(keyPassphrase === undefined ? {} : { keyPassphrase }),
  };
  if (Object.keys(login).length > 0) await core.logins.provide(id, login, { remember: false });
}

/** One line that says that it is done. */
export function tell({ session: { json, screen } }: Pick<Asked, 'session'>, words: string): void {
  if (!json) screen.out.print([green(marksOf(screen.out.look).done), ` ${words}`]);
}

/** A secret for something of OpenClaw: typed by somebody, never echoed. @throws AppError `usage.invalid` where nobody can */
export async function askHidden(
  session: Session,
  question: string,
  hint: string,
): ReturnType<Session['prompter']['readHidden']> {
  if (!session.canAsk()) throw usageError('There is nobody to type it in.', hint);
  session.screen.writeQuestion([question, ' ']);
  const secret = await session.prompter.readHidden(session.signal);
  session.screen.err.print([]);
  return secret;
}

export function readChannel(word = ''): string {
  const parsed = channelIdSchema.safeParse(word);
  if (!parsed.success) throw usageError(parsed.error.issues[0]?.message ?? 'That is no channel.');
  return parsed.data;
}

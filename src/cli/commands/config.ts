import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Argument, type Command } from 'commander';
import { AppError } from '../../shared/app-error.ts';
import {
  configEntryIdSchema,
  formatConfigPath,
  parseConfigPath,
  whySchema,
  type ConfigEdit,
  type ConfigSnapshot,
} from '../../shared/model/configuration.ts';
import type { ConnectOptions, Core } from '../../core/index.ts';
import type { Instance } from '../../shared/model/instance.ts';
import { confirm, requireConfirmation } from '../flow/asking.ts';
import { connected } from '../flow/connecting.ts';
import { findInstance } from '../flow/finding.ts';
import { formatConfigHistory, formatConfigPreview } from '../output/configuration.ts';
import { formatConfigSetting } from '../output/config-setting.ts';
import { dim, green, yellow } from '../output/line.ts';
import { marksOf } from '../output/look.ts';
import { withSpinner } from '../output/run-view.ts';
import type { Session } from '../session.ts';
import { texts } from '../text.ts';
import { readPatchFile, buildPatch, parseAssignment } from '../values/config-values.ts';
import {
  collectedBy,
  declined,
  done,
  instanceCommand,
  jsonOption,
  parsedBy,
  readConnectOptions,
  secretsOption,
  usageError,
  type Bind,
  type Outcome,
  type ReachOptions,
} from './command.ts';

const ACTIONS = ['get', 'explain', 'patch', 'history', 'revert'] as const;
type Action = (typeof ACTIONS)[number];

interface ConfigOptions extends ReachOptions {
  readonly file?: string;
  /** Not parsed by commander, which would repeat a secret in its own message. */
  readonly set?: readonly string[];
  readonly why?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

export function configCommand(bind: Bind): Command {
  return instanceCommand('config', 'look at or change the configuration of an instance')
    .description(
      'Shows openclaw.json, tells what a setting is and may be, changes it, tells what was changed and by whom, and takes a change back. While the gateway runs it is asked; else its file is edited. OpenClaw checks what is new before it is written, secrets are never shown, and what somebody else has changed in the meantime is never overwritten.',
    )
    .addArgument(new Argument('<action>', 'what is to be done').choices(ACTIONS))
    .argument('[of]', 'for get and explain: a setting, as agents.defaults.model; for revert: an entry of the history')
    .option(
      '--set <path=value>',
      'patch: one setting, its value as JSON or a plain word; null takes it away',
      collectedBy((text: string) => text),
    )
    .option('--file <file>', 'patch: settings from a JSON5 file, merged into what is there; - for standard input')
    .option('--why <text>', 'patch, revert: a word for the history', parsedBy(whySchema))
    .option('--dry-run', 'patch, revert: show what would change, and change nothing')
    .option('--yes', 'patch, revert: without a question')
    .addOption(secretsOption())
    .addOption(jsonOption())
    .action(bind(config));
}

async function config(
  session: Session,
  name: string,
  action: Action,
  of: string | undefined,
  options: ConfigOptions,
): Promise<Outcome> {
  expectFitting(action, of, options);
  const edit = await readEdit(session, action, of, options);
  if (edit !== undefined) requireConfirmation(session, { yes: options.yes === true, dryRun: options.dryRun === true });
  const path = (action === 'get' || action === 'explain') && of !== undefined ? readPath(of) : [];
  const connect = await readConnectOptions(session, options);
  const core = await session.core();
  const instance = await findInstance(core, name);
  if (edit !== undefined) return await change(session, core, instance, edit, connect, options);
  if (action === 'history') return await showHistory(session, core, instance);
  if (action === 'explain') return await explain(session, core, instance, path, connect);
  return await show(session, core, instance, path, connect);
}

/** Before anything is connected to. */
function expectFitting(action: Action, of: string | undefined, options: ConfigOptions): void {
  const isPatch = options.set !== undefined || options.file !== undefined;
  if (isPatch && action !== 'patch') throw usageError('--set and --file are for `config NAME patch`.');
  const changes = action === 'patch' || action === 'revert';
  if (!changes && (options.why !== undefined || options.dryRun === true || options.yes === true))
    throw usageError('--why, --dry-run and --yes are for patch and revert.');
  if (of !== undefined && (action === 'patch' || action === 'history'))
    throw usageError(
      // Left out is what it is: a setting whose --set was forgotten may hold a secret.
      `\`config NAME ${action}\` takes nothing more.`,
      'Settings are given with --set or --file.',
    );
}

async function readEdit(
  session: Session,
  action: Action,
  of: string | undefined,
  { file, set = [], secretsStdin }: ConfigOptions,
): Promise<ConfigEdit | undefined> {
  if (action === 'revert') {
    const entry = configEntryIdSchema.safeParse(of);
    if (entry.success) return { kind: 'revert', entry: entry.data };
    throw usageError(
      'Which change is to be taken back?',
      'Name an entry of `config NAME history`: c-0123456789abcdef.',
    );
  }
  if (action !== 'patch') return undefined;
  if (file === undefined && set.length === 0)
    throw usageError('There is nothing to change.', 'Name settings with --set, or a file with --file.');
  if (file === '-' && secretsStdin === true) throw usageError('Standard input is either the file or the secrets.');
  const assignments = set.map(parseAssignment);
  const text = file === undefined ? undefined : await readText(session, file);
  return { kind: 'patch', patch: buildPatch(text === undefined ? {} : readPatchFile(text), assignments) };
}

async function readText(session: Session, file: string): Promise<string> {
  if (file !== '-') {
    try {
      return await readFile(resolve(session.io.cwd, file), 'utf8');
    } catch (error) {
      throw usageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
    }
  }
  if (session.io.isTty.stdin)
    throw usageError('Standard input is a terminal.', 'Send the file: `… --file - < patch.json`.');
  session.claimInput();
  const chunks: Buffer[] = [];
  for await (const chunk of session.io.stdin) chunks.push(Buffer.from(chunk as Buffer | string));
  session.signal.throwIfAborted();
  return Buffer.concat(chunks).toString('utf8');
}

function readPath(text: string): readonly string[] {
  const path = parseConfigPath(text);
  if (path === undefined) throw usageError(`"${text}" is not a setting.`, 'Write it as agents.defaults.model.');
  return path;
}

async function show(
  session: Session,
  core: Core,
  instance: Instance,
  path: readonly string[],
  connect: ConnectOptions,
): Promise<Outcome> {
  const found = await connected(session, connect, {
    run: (how) =>
      withSpinner(session, texts.readingConfig(instance.name), () => core.configuration.read(instance.name, how)),
  });
  const value = path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[key] : undefined),
    found.value,
  );
  if (value === undefined)
    throw usageError(`${formatConfigPath(path)} is not set.`, 'OpenClaw does then as it does by itself.');
  if (!session.json) {
    const text = path.length === 0 ? found.text : typeof value === 'string' ? value : JSON.stringify(value, null, 2);
    session.screen.out.print(
      ...text
        .trimEnd()
        .split('\n')
        .map((line) => [line]),
    );
  }
  return done({
    config: { source: found.source, hash: found.hash, path: [...path], value: value as ConfigSnapshot['value'] },
  });
}

async function explain(
  session: Session,
  core: Core,
  { name }: Instance,
  path: readonly string[],
  connect: ConnectOptions,
): Promise<Outcome> {
  const found = await connected(session, connect, {
    run: (how) => withSpinner(session, texts.readingSchema(name), () => core.configuration.describe(name, path, how)),
  });
  const asked = formatConfigPath(path);
  if (found.schema === 'none')
    throw usageError(
      `What ${name} takes is not known here.`,
      `Its gateway tells that: start it with \`hardshell start ${name}\`, and ask again.`,
    );
  if (found.setting === undefined)
    throw usageError(
      `OpenClaw on ${name} knows no ${asked}.`,
      `\`hardshell config ${name} explain\` lists what there is.`,
    );
  if (!session.json) session.screen.out.print(...formatConfigSetting(asked, found.setting));
  return done({ configDescription: found });
}

async function showHistory(session: Session, core: Core, { name }: Instance): Promise<Outcome> {
  const entries = await core.configuration.history(name);
  if (!session.json) session.screen.out.print(...formatConfigHistory(name, entries));
  return done({ configHistory: entries });
}

async function change(
  session: Session,
  core: Core,
  { name }: Instance,
  edit: ConfigEdit,
  connect: ConnectOptions,
  { why, yes, dryRun }: ConfigOptions,
): Promise<Outcome> {
  const { out, err } = session.screen;
  // What was asked for while connecting is not asked for again.
  let reached = connect;
  const preview = await connected(session, connect, {
    run: (how) => {
      reached = how;
      return withSpinner(session, texts.checkingConfig(name), () => core.configuration.preview(name, edit, how));
    },
  });
  if (!preview.isChange) {
    if (!session.json) out.print([texts.sameConfig(name)], ...preview.warnings.map((text) => [yellow(text)]));
    return done({ configPreview: preview });
  }
  if (!session.json) out.print(...formatConfigPreview(name, preview, out.look));
  const [issue] = preview.issues;
  if (issue !== undefined) {
    const error = new AppError('config.rejected', {
      message: `OpenClaw does not accept this: ${issue.path}: ${issue.message}`,
      details: { issues: preview.issues },
    });
    return { exitCode: error.exitCode, answers: { configPreview: preview }, error };
  }
  if (dryRun === true) return done({ configPreview: preview });
  if (yes !== true && !(await confirm(session, texts.askConfig(name), preview.warnings.length === 0))) {
    err.print([]);
    out.print([dim(texts.declined)]);
    return declined;
  }
  const entry = await withSpinner(session, texts.writingConfig(name), () =>
    core.configuration.apply(name, edit, { ...reached, base: preview.hash, ...(why === undefined ? {} : { why }) }),
  );
  if (!session.json)
    out.print([green(marksOf(out.look).done), ` ${texts.configured(name, preview.source, entry?.restarted === true)}`]);
  return done({ configPreview: preview, ...(entry === undefined ? {} : { configEntry: entry }) });
}

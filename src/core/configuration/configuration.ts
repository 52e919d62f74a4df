import { AppError, isAppError } from '../../shared/app-error.ts';
import {
  holdsRedacted,
  type ConfigEdit,
  type ConfigEntry,
  type ConfigEntryId,
  type ConfigIssue,
  type ConfigSource,
} from '../../shared/model/configuration.ts';
import type { InstanceId } from '../../shared/model/ids.ts';
import type { Instance } from '../../shared/model/instance.ts';
import { Secret } from '../../shared/secret.ts';
import type { ConnectOptions } from '../api.ts';
import type { InstanceLink } from '../api-link.ts';
import type { ConfigWrite } from '../api-operations.ts';
import type { Links } from '../links/links.ts';
import { parseConfig, readSetting, type ConfigObject } from '../openclaw/config-document.ts';
import type { Place } from '../places/place.ts';
import { hashConfig } from '../steps/config/config-room.ts';
import type { Clock } from '../system/ids.ts';
import type { Configuration } from '../api-configuration.ts';
import { describeConflict } from './conflict.ts';
import { listChanges } from './differences.ts';
import { editText, type Edited } from './edit-text.ts';
import { applyGatewayConfig, readGatewayConfig, readHashAgain, type Written } from './gateway-config.ts';
import type { ConfigHistory } from './history.ts';
import { readAt, redactText, redactValue } from './redaction.ts';
import type { KnownSchema, SchemaBook } from './schema/schema-book.ts';
import { describeSetting } from './schema/describe-setting.ts';
import { lintText } from './schema/lint-text.ts';
import { expectHarmless, listLosses, listRestarts, listWarnings } from './rules.ts';

type Found = { readonly instance: Instance; readonly place: Place; readonly options: ConnectOptions };

/** What the record of an instance says as well. */
export interface Choices {
  readonly telemetry?: boolean;
  /** Undefined: it was taken away. */
  readonly model?: string | undefined;
}

export interface ConfigurationServices {
  readonly find: (name: string, given?: ConnectOptions) => Promise<Found>;
  readonly links: Pick<Links, 'open'>;
  /** Of one that does not run: a plan of one step, run at once. */
  readonly writeFile: (found: Found, write: ConfigWrite) => Promise<unknown>;
  readonly history: ConfigHistory;
  readonly schemas: Pick<SchemaBook, 'read'>;
  readonly remember: (id: InstanceId, choices: Choices) => Promise<void>;
  /** For `who` of an entry: `anna@laptop`. */
  readonly who: string;
  readonly now: Clock;
  readonly newId: () => ConfigEntryId;
}

/** openclaw.json at this moment. */
interface Current {
  readonly source: ConfigSource;
  readonly hash: string;
  /** With its secrets where it comes from the file; as the gateway hides them where it comes from there. */
  readonly text: string;
  /** Without. */
  readonly shown: string;
  readonly value: ConfigObject;
}

interface Prepared extends Edited {
  readonly current: Current;
  readonly after: ConfigObject;
  readonly changes: ReturnType<typeof listChanges>;
}

/** The configuration of instances: read, looked at before it is changed, changed, and what became of it. */
export function createConfiguration(services: ConfigurationServices): Configuration {
  const { find, links, history, schemas, now } = services;
  const readSchema = async (name: string, given: ConnectOptions | undefined): Promise<KnownSchema> => {
    const found = await find(name, given);
    return await schemas.read(found.instance, (id) => links.open(id), signalOf(found));
  };

  const readCurrent = async (found: Found): Promise<Current> => {
    const { source, hash, text } = await readWhereItIs(found, links);
    const shown = redactText(parseConfig(text).text);
    const current = { source, hash, text, shown, value: parseConfig(shown).value };
    await history.notice(found.instance.id, current);
    return current;
  };
  const expectBase = async ({ instance }: Found, current: Current, base: string | undefined): Promise<void> => {
    if (base !== undefined && base !== current.hash) throw describeConflict(await history.list(instance.id), base);
  };
  /** Who was faster by a moment is in the history as well, as soon as somebody looks. */
  const writeOver = async (found: Found, prepared: Prepared, link: InstanceLink | undefined): Promise<Written> => {
    try {
      return await write(found, prepared, link, services);
    } catch (error) {
      if (!isAppError(error, 'config.conflict')) throw error;
      // What it is now cannot be read: then it is told without who it was.
      await readCurrent(found).catch(() => undefined);
      throw describeConflict(await history.list(found.instance.id), prepared.current.hash);
    }
  };
  const prepare = async ({ instance }: Found, current: Current, edit: ConfigEdit): Promise<Prepared> => {
    const edited = editText(current, edit.kind === 'revert' ? await findEntry(instance, edit.entry) : edit);
    const after = parseConfig(edited.shown).value;
    expectHarmless(current.value, after);
    return { ...edited, current, after, changes: listChanges(current.value, after) };
  };
  const findEntry = async ({ id }: Instance, entryId: ConfigEntryId) => {
    const entry = (await history.list(id)).find((one) => one.id === entryId);
    if (entry === undefined) throw new AppError('config.entry-unknown', { details: { entry: entryId } });
    return { kind: 'revert', entry } as const;
  };
  const correct = async (entry: ConfigEntry, link: InstanceLink, found: Found, since: string): Promise<ConfigEntry> => {
    const hash = await readHashAgain(link, signalOf(found));
    await history.correct(found.instance.id, entry.id, hash, since);
    return { ...entry, hash };
  };
  /** A gateway that rewrites its file as plain JSON keeps no comments: of them alone nothing would come. */
  const isChange = ({ current, changes, text }: Prepared): boolean =>
    changes.length > 0 || (current.source === 'file' && text !== current.text);

  return {
    async read(name, given) {
      const { source, hash, shown, value } = await readCurrent(await find(name, given));
      return { source, hash, text: shown, value: asJson(value) };
    },
    async preview(name, edit, { base, ...given }) {
      const found = await find(name, given);
      const current = await readCurrent(found);
      await expectBase(found, current, base);
      const prepared = await prepare(found, current, edit);
      const { changes, shown, text, kept, keptSecrets } = prepared;
      const isAsItWas = current.source === 'file' || shown === current.shown;
      const issues = isChange(prepared) ? await listIssues(found, prepared, text) : [];
      return {
        source: current.source,
        hash: current.hash,
        changes,
        isChange: isChange(prepared),
        restarts: current.source === 'gateway' ? listRestarts(changes) : [],
        warnings: [
          ...listWarnings(changes),
          ...kept.map((path) => `${path} stays as it is: the history does not know its secret.`),
          ...keptSecrets.map(
            (path) => `${path} keeps the secret that it has now: the history does not know the one before.`,
          ),
          ...(isAsItWas ? [] : listLosses(shown)),
        ],
        issues,
      };
    },
    async apply(name, edit, { base, why = '', ...given }) {
      const found = await find(name, given);
      const current = await readCurrent(found);
      await expectBase(found, current, base);
      const prepared = await prepare(found, current, edit);
      if (!isChange(prepared)) return undefined;
      const { changes, after } = prepared;
      await using link = current.source === 'gateway' ? await links.open(found.instance.id) : undefined;
      const since = new Date(now()).toISOString();
      const written = await writeOver(found, prepared, link);
      // Until the gateway says what it calls it now.
      const hash = written.hash ?? hashConfig(prepared.text);
      const entry: ConfigEntry = {
        id: services.newId(),
        at: new Date(now()).toISOString(),
        by: 'hardshell',
        who: services.who,
        ...(why === '' ? {} : { why }),
        changes,
        hash,
        restarted: written.restarts,
        ...(edit.kind === 'revert' ? { revertOf: edit.entry } : {}),
      };
      const { id } = found.instance;
      const seen = { source: current.source, hash, value: redactValue(after) };
      await history.add(id, entry, seen, since);
      await services.remember(id, listChoices(current.value, after));
      if (!written.isInForce) {
        if (link !== undefined) await correct(entry, link, found, since).catch(() => undefined);
        throw new AppError('config.not-in-force');
      }
      return link === undefined || written.hash !== undefined ? entry : await correct(entry, link, found, since);
    },
    async lint(name, text, given) {
      const { source, schema } = await readSchema(name, given);
      return { schema: source, faults: lintText(text, schema) };
    },
    async describe(name, path, given) {
      const { source, schema } = await readSchema(name, given);
      const setting = schema === undefined ? undefined : describeSetting(schema, path);
      return { schema: source, ...(setting === undefined ? {} : { setting }) };
    },
    async history(name) {
      const { instance } = await find(name);
      return history.list(instance.id);
    },
  };
}

/** What a deployment would otherwise set back to what was chosen then. */
function listChoices(before: unknown, after: unknown): Choices {
  const telemetry = readSetting(after, ['telemetry', 'enabled']);
  const [was, model] = [readModel(before), readModel(after)];
  return {
    ...(typeof telemetry === 'boolean' && telemetry !== readSetting(before, ['telemetry', 'enabled'])
      ? { telemetry }
      : {}),
    ...(model === was ? {} : { model }),
  };
}

function readModel(config: unknown): string | undefined {
  const model = readSetting(config, ['agents', 'defaults', 'model']);
  const primary = typeof model === 'string' ? model : readSetting(model, ['primary']);
  return typeof primary === 'string' ? primary : undefined;
}

async function write(
  found: Found,
  { current, text }: Prepared,
  link: InstanceLink | undefined,
  { writeFile }: ConfigurationServices,
): Promise<Written> {
  if (link === undefined) {
    await writeFile(found, { text: new Secret(text), base: current.hash });
    return { hash: hashConfig(text), restarts: false, isInForce: true };
  }
  return await applyGatewayConfig(link, text, current.hash, signalOf(found));
}

const signalOf = ({ options }: Found): AbortSignal => options.signal ?? new AbortController().signal;

/**
 * What OpenClaw says of it, before anything is written. What the gateway hides cannot be judged: it looks at that itself when it
 * is given it.
 */
async function listIssues(
  { instance, place, options }: Found,
  { after }: Prepared,
  text: string,
): Promise<ConfigIssue[]> {
  try {
    await place.checkConfig(instance, new Secret(text), options);
    return [];
  } catch (error) {
    if (!isAppError(error, 'config.rejected')) throw error;
    const issues = (error.details?.['issues'] ?? []) as readonly ConfigIssue[];
    const judged = issues.filter(({ path }) => {
      const value = readAt(after, path.split(/[.[\]]+/).filter(Boolean));
      return value === undefined || !(path !== '<root>' && holdsRedacted(value));
    });
    return judged.map(({ path, message }) => ({ path, message }));
  }
}

/** The gateway's own word while it runs; the file where it does not. */
async function readWhereItIs(
  found: Found,
  links: Pick<Links, 'open'>,
): Promise<Pick<Current, 'source' | 'hash' | 'text'>> {
  const { instance, place, options } = found;
  const signal = signalOf(found);
  if (instance.phase !== 'deployed' && instance.container === undefined && instance.lastRun === undefined)
    throw new AppError('config.missing');
  const ask = async (): Promise<Pick<Current, 'source' | 'hash' | 'text'>> => {
    await using link = await links.open(instance.id);
    const { raw, hash } = await readGatewayConfig(link, signal);
    return { source: 'gateway', hash, text: raw };
  };
  if (instance.suspension === undefined) {
    try {
      return await ask();
    } catch (error) {
      signal.throwIfAborted();
      if (isAppError(error, 'gateway.rpc') || isAppError(error, 'config.missing')) throw error;
      // The gateway is there and says so.
      if (isAppError(error, 'config.rejected')) throw error;
      // What it says also tells why the machine cannot be reached, and lets in a host key that a person has compared.
      const { state, error: reason } = await place.status(instance, options);
      if (state === 'running') return await ask();
      if (state === 'starting' || state === 'unreachable') throw reason ?? error;
    }
  }
  const text = await place.readConfig(instance, options);
  if (text === undefined) throw new AppError('config.missing');
  return { source: 'file', hash: hashConfig(text.reveal()), text: text.reveal() };
}

/** What JSON5 has and JSON has not becomes what JSON makes of it. */
function asJson(value: ConfigObject): Awaited<ReturnType<Configuration['read']>>['value'] {
  return JSON.parse(JSON.stringify(value)) as Awaited<ReturnType<Configuration['read']>>['value'];
}

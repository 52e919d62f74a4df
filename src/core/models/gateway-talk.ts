import { z } from 'zod';
import { AppError, isAppError } from '../../shared/app-error.ts';
import type { InstanceId } from '../../shared/model/ids.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { TalkOptions } from '../api-agent.ts';
import type { InstanceLink } from '../api-link.ts';
import { isConfigObject, type ConfigObject } from '../openclaw/config-document.ts';
import { expectAccepted } from '../openclaw/refused-config.ts';
import { suspendedError } from '../openclaw/suspension.ts';
import { listReplacePaths } from './replace-paths.ts';

/** Writing its config and reloading takes a gateway seconds, on a busy machine many. */
const WRITE_TIMEOUT_MS = 120_000;
/** Times that a change is tried again because somebody else wrote meanwhile. */
const MOST_RIVALS = 5;

/** One conversation with the gateway of an instance. */
export interface GatewayTalk {
  readonly instance: Instance;
  /** @throws AppError `gateway.rpc` also where the answer is not of this shape */
  ask<T>(
    schema: z.ZodType<T>,
    method: string,
    params?: Readonly<Record<string, unknown>>,
    timeoutMs?: number,
  ): Promise<T>;
  /**
   * Asks for something for which the gateway writes openclaw.json itself, such as a plugin.
   * @param heads the settings that this may change, by their first names: what changes there is ours in the history
   */
  askToWrite(
    heads: readonly string[],
    method: string,
    params: Readonly<Record<string, unknown>>,
    timeoutMs: number,
  ): Promise<void>;
  /** @throws AppError `config.rejected` where the gateway does not accept what is in the file */
  readConfig(): Promise<ConfigObject>;
  /**
   * Merges into openclaw.json, checked by the gateway; `null` takes away. Values travel inside of the connection.
   * @param how `replacePaths`: lists that are replaced; those that go as a whole are known by themselves
   * @param build is asked again where somebody else changed the config meanwhile, so that it always sees what is there
   */
  patchConfig(
    build: (config: ConfigObject) => ConfigObject,
    how?: { readonly replacePaths?: readonly string[] },
  ): Promise<void>;
}

/** Opens one by an instance's name, for as long as the work takes. */
export type WithGateway = <T>(
  name: string,
  options: TalkOptions | undefined,
  work: (talk: GatewayTalk) => Promise<T>,
) => Promise<T>;

/** What a gateway answers of its configuration. */
export interface GatewayConfig {
  readonly hash: string;
  /** Absent where a secret might show in it. */
  readonly raw?: string | null | undefined;
  readonly parsed: ConfigObject;
}

/**
 * Sees to it that a change which is no edit of the configuration, such as another key, is in its history with a name: else it would be
 * taken for a stranger's by who looks next.
 */
export interface ConfigWitness {
  /** @returns writes it down, once it is done; with what the gateway calls the file then */
  patch(id: InstanceId, before: GatewayConfig, patch: ConfigObject): Promise<(hash: string) => Promise<void>>;
  /** What the gateway writes by itself. @returns writes down what became of it, where only these settings are others */
  work(
    id: InstanceId,
    before: GatewayConfig,
    heads: readonly string[],
  ): Promise<(after: GatewayConfig) => Promise<void>>;
}

export interface TalkServices {
  readonly find: (name: string) => Promise<{ readonly instance: Instance }>;
  readonly link: (id: InstanceId) => Promise<InstanceLink>;
  readonly witness: ConfigWitness;
}

const objectSchema = z.record(z.string(), z.unknown());
/** `parsed` is what the file says, `config` what the gateway makes of it. */
const configSchema = z.object({
  hash: z.string(),
  raw: z.string().nullish(),
  parsed: objectSchema,
  config: objectSchema.optional(),
});
/** Without a hash where there was nothing to change. */
const patchedSchema = z.object({ hash: z.string().optional() });

export function createWithGateway({ find, link, witness }: TalkServices): WithGateway {
  return async (name, options, work) => {
    const { instance } = await find(name);
    if (instance.suspension !== undefined) throw suspendedError(instance.suspension);
    await using opened = await link(instance.id);
    return await work(createTalk(instance, opened, options?.signal, witness));
  };
}

export function createTalk(
  instance: Instance,
  link: Pick<InstanceLink, 'call'>,
  signal: AbortSignal | undefined,
  witness?: ConfigWitness,
): GatewayTalk {
  const ask: GatewayTalk['ask'] = async (schema, method, params = {}, timeoutMs) => {
    const answer = await link.call(method, params, {
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...(signal === undefined ? {} : { signal }),
    });
    return expectShape(schema, method, answer);
  };
  const readAnswer = async (): Promise<z.infer<typeof configSchema>> => {
    const said = await ask(z.unknown(), 'config.get');
    expectAccepted(said);
    return expectShape(configSchema, 'config.get', said);
  };
  return {
    instance,
    ask,
    async askToWrite(heads, method, params, timeoutMs) {
      const writeDown = await optional(async () => await witness?.work(instance.id, await readAnswer(), heads));
      await ask(z.unknown(), method, params, timeoutMs);
      if (writeDown !== undefined) await optional(async () => await writeDown(await readAnswer()));
    },
    readConfig: async () => (await readAnswer()).parsed,
    async patchConfig(build, { replacePaths = [] } = {}) {
      for (let attempt = 1; ; attempt += 1) {
        const before = await readAnswer();
        const { parsed, config = parsed } = before;
        const patch = build(parsed);
        const writeDown = await witness?.patch(instance.id, before, patch);
        const params = {
          raw: JSON.stringify(patch),
          baseHash: before.hash,
          replacePaths: [...new Set([...replacePaths, ...listReplacePaths(config, patch)])],
        };
        try {
          const { hash } = await ask(patchedSchema, 'config.patch', params, WRITE_TIMEOUT_MS);
          if (hash !== undefined) await writeDown?.(hash);
          return;
        } catch (error) {
          if (attempt === MOST_RIVALS || !isRpcError(error, /config changed since/)) throw error;
        }
      }
    },
  };
}

/** A line of the history is no reason to fail for what was asked: without it, the next look takes it for a stranger's. */
async function optional<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch {
    return undefined;
  }
}

function expectShape<T>(schema: z.ZodType<T>, method: string, answer: unknown): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new AppError('gateway.rpc', {
    message: `The gateway answered ${method} in a way that Hardshell does not know.`,
    details: { method, reason: z.prettifyError(parsed.error) },
  });
}

/** Whether the gateway itself refused, in these words. */
export function isRpcError(error: unknown, reason: RegExp): error is AppError {
  return isAppError(error, 'gateway.rpc') && reason.test(readReason(error));
}

/** The gateway's own words. */
export function readReason(error: AppError): string {
  const reason = error.details?.['reason'];
  return typeof reason === 'string' ? reason : '';
}

/** What lies at a path of a document, as an object; empty where there is none. Pure. */
export function readObject(config: ConfigObject, path: readonly string[]): ConfigObject {
  let value: unknown = config;
  for (const key of path) value = isConfigObject(value) ? value[key] : undefined;
  return isConfigObject(value) ? value : {};
}

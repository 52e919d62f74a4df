import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { z } from 'zod';
import type { SchemaSource } from '../../../shared/model/config-schema.ts';
import type { Instance } from '../../../shared/model/instance.ts';
import type { InstanceId } from '../../../shared/model/ids.ts';
import type { InstanceLink } from '../../api-link.ts';
import { hasCode, writeFileAtomic } from '../../system/atomic-file.ts';
import type { Clock } from '../../system/ids.ts';
import { asNode, type SchemaNode } from './schema-node.ts';

const ASK_TIMEOUT_MS = 30_000;
/** A plugin that was installed meanwhile brings settings of its own. */
const GOOD_FOR_MS = 10 * 60_000;
/** Who types is not to wait for a gateway that is away at every letter. */
const ASK_AGAIN_MS = 30_000;
/** Each takes some ten megabytes of memory. */
const MOST_IN_MEMORY = 3;
/** Four times what OpenClaw has with all of its plugins. */
const MOST_BYTES = 16 * 1024 * 1024;

const answerSchema = z.object({ schema: z.record(z.string(), z.unknown()), version: z.string().optional() });

export interface KnownSchema {
  readonly source: SchemaSource;
  readonly schema: SchemaNode | undefined;
}

export interface SchemaBook {
  /** That of the gateway while it answers, else what is kept of this instance, else that of another one of the same version. */
  read(instance: Instance, open: (id: InstanceId) => Promise<InstanceLink>, signal: AbortSignal): Promise<KnownSchema>;
  forget(id: InstanceId): Promise<void>;
}

interface Remembered extends KnownSchema {
  readonly version: string;
  readonly untilMs: number;
}

const NOTHING: KnownSchema = { source: 'none', schema: undefined };

/** What the configuration of each instance may hold, asked of its gateway and kept for when it does not run. */
export function createSchemaBook(dir: string, now: Clock): SchemaBook {
  const memory = new Map<InstanceId, Remembered>();
  const asking = new Map<InstanceId, Promise<Remembered>>();

  const remember = (id: InstanceId, found: Remembered): Remembered => {
    memory.delete(id);
    memory.set(id, found);
    const [oldest] = memory.keys();
    if (memory.size > MOST_IN_MEMORY && oldest !== undefined) memory.delete(oldest);
    return found;
  };
  const listFiles = async (): Promise<string[]> => {
    try {
      return await readdir(dir);
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return [];
      throw error;
    }
  };
  const keep = async ({ id, version }: Instance, schema: SchemaNode): Promise<void> => {
    const text = JSON.stringify(schema);
    if (text.length > MOST_BYTES) return;
    const name = nameOf(id, version);
    await writeFileAtomic(join(dir, name), await promisify(gzip)(text));
    for (const old of await listFiles())
      if (old !== name && old.startsWith(`${id}@`)) await rm(join(dir, old), { force: true });
  };
  const readKept = async ({ id, version }: Instance): Promise<SchemaNode | undefined> => {
    const files = await listFiles();
    const name =
      files.find((file) => file === nameOf(id, version)) ?? files.find((file) => file.endsWith(nameOf('', version)));
    if (name === undefined) return undefined;
    const packed = await readFile(join(dir, name));
    const text = await promisify(gunzip)(packed, { maxOutputLength: MOST_BYTES });
    return asNode(JSON.parse(text.toString('utf8')));
  };
  const ask = async (
    instance: Instance,
    open: (id: InstanceId) => Promise<InstanceLink>,
    signal: AbortSignal,
  ): Promise<SchemaNode | undefined> => {
    if (instance.suspension !== undefined) return undefined;
    try {
      await using link = await open(instance.id);
      const answer = await link.call('config.schema', {}, { timeoutMs: ASK_TIMEOUT_MS, signal });
      const { success, data } = answerSchema.safeParse(answer);
      return success ? data.schema : undefined;
    } catch {
      // The schema is a help for who types. What is wrong with the gateway is said by what reads the configuration.
      signal.throwIfAborted();
      return undefined;
    }
  };
  const find = async (...[instance, open, signal]: Parameters<SchemaBook['read']>): Promise<Remembered> => {
    const { version } = instance;
    const asked = await ask(instance, open, signal);
    if (asked !== undefined) {
      // Where it cannot be kept there is none the next time: nothing more.
      await keep(instance, asked).catch(() => undefined);
      return { source: 'gateway', schema: asked, version, untilMs: now() + GOOD_FOR_MS };
    }
    // A file that somebody has damaged is as good as none; the next answer of the gateway replaces it.
    const kept = await readKept(instance).catch(() => undefined);
    const known: KnownSchema = kept === undefined ? NOTHING : { source: 'kept', schema: kept };
    return { ...known, version, untilMs: now() + ASK_AGAIN_MS };
  };

  return {
    async read(instance, open, signal) {
      const { id, version } = instance;
      const known = memory.get(id);
      if (known?.version === version && known.untilMs > now()) return known;
      const running = asking.get(id);
      if (running !== undefined) return await running;
      const started = find(instance, open, signal).then((found) => remember(id, found));
      asking.set(id, started);
      try {
        return await started;
      } finally {
        asking.delete(id);
      }
    },
    async forget(id) {
      memory.delete(id);
      for (const file of await listFiles()) if (file.startsWith(`${id}@`)) await rm(join(dir, file), { force: true });
    },
  };
}

const nameOf = (id: string, version: string): string => `${id}@${version.replaceAll(/[^\w.+-]/g, '_')}.json.gz`;

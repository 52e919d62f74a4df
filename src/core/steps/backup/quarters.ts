import { once } from 'node:events';
import { posix, win32 } from 'node:path';
import type { Readable } from 'node:stream';
import { text as readAll } from 'node:stream/consumers';
import { z } from 'zod';
import { AppError, toAppError } from '../../../shared/app-error.ts';
import { leftStateSchema, type LeftState } from '../../../shared/model/backup.ts';
import { backupIdSchema, type BackupId } from '../../../shared/model/ids.ts';
import { versionSchema } from '../../../shared/model/spec.ts';
import { Secret } from '../../../shared/secret.ts';
import { expectOk, type ExecResult } from '../../host/exec.ts';
import type { Process } from '../../host/host.ts';
import type { ApplyContext, CheckContext } from '../step.ts';
import { BEFORE, EXIT_REFUSED, JOURNAL, PRIVATE_MARK, QUARTERS_SCRIPT } from './quarters-script.ts';
import type { Room } from './room.ts';

/** What goes through a state folder as a whole takes minutes on a large one. */
const LONG_MS = 60 * 60_000;
const SHORT_MS = 5 * 60_000;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const measuredSchema = z.object({ bytes: z.int().min(0), sha256 });
const archiveSchema = measuredSchema.extend({ path: z.string(), version: versionSchema.optional().catch(undefined) });
const beforeSchema = leftStateSchema.optional();
const surveySchema = z.object({
  hasState: z.boolean(),
  stateBytes: z.number(),
  freeBytes: z.number(),
  before: beforeSchema,
});
const clearedSchema = z.object({ before: beforeSchema });
const unpackedSchema = z.object({ version: versionSchema, from: z.string(), outside: z.array(z.string()) });
const configSchema = z.object({ text: z.string().optional() });
const doneSchema = z.object({});
const refusalSchema = z.object({
  code: z.enum(['backup.failed', 'backup.unverified', 'backup.no-room', 'backup.damaged', 'restore.failed']),
  lines: z.array(z.string()),
});
/** How far a restore has come on the machine. `out`, `in`: folders are being swapped; `back`: the old ones are put back. */
const journalSchema = z.object({
  backup: backupIdSchema,
  phase: z.enum(['staged', 'out', 'in', 'swapped', 'back']),
});
export type RestoreJournal = z.infer<typeof journalSchema>;

/** Whether what lies in the state folder is neither the one state nor the other. Pure. */
export function isBetween({ phase }: RestoreJournal): boolean {
  return phase === 'out' || phase === 'in' || phase === 'back';
}

export type KeptArchive = z.infer<typeof archiveSchema>;
export type Survey = z.infer<typeof surveySchema>;
export type Unpacked = z.infer<typeof unpackedSchema>;

/** What a backup and a restore do where the instance lives. What it was called with before it may be called with again. */
export interface Quarters extends AsyncDisposable {
  survey(context: ApplyContext): Promise<Survey>;
  /**
   * Takes away what runs that were cut short have left: archives that nobody has fetched, and, where `clears`, what waits of a restore.
   * @param known whose archives stay
   * @throws AppError `restore.failed`: one that was cut short between two states is not cleared away
   */
  sweep(context: ApplyContext, known: readonly BackupId[], clears: boolean): Promise<void>;
  /** Made and verified by OpenClaw, whole or not there, 0600. @throws AppError `backup.failed`, `backup.unverified`, `backup.no-room` */
  archive(context: ApplyContext, id: BackupId): Promise<KeptArchive>;
  /** Gives the archive's bytes to `take`, which reads them to their end. @throws AppError */
  read<T>(context: ApplyContext, id: BackupId, take: (bytes: Readable, signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Takes the machine's copies of these backups away. Fine where there are none. */
  retire(context: ApplyContext, ids: readonly BackupId[]): Promise<void>;

  /** Undefined: no restore is under way. */
  readJournal(context: CheckContext): Promise<RestoreJournal | undefined>;
  /** Streams an archive to the machine; what arrives is compared there. @throws AppError `backup.damaged` */
  receive(
    context: ApplyContext,
    backup: { readonly id: BackupId; readonly bytes: number; readonly sha256: string },
    open: (signal: AbortSignal) => Promise<Readable>,
  ): Promise<void>;
  /** Verified and restored by OpenClaw beside the state, without the owner's lease, its paths led here. */
  unpack(context: ApplyContext, id: BackupId): Promise<Unpacked>;
  /** The openclaw.json that waits. */
  readConfig(context: ApplyContext, id: BackupId): Promise<string | undefined>;
  /** With this text the staged state is ready to be swapped in. `wasKept`: there is a backup of what is there now. */
  settle(context: ApplyContext, id: BackupId, config: string, wasKept: boolean): Promise<void>;
  /** The gateway must not run. What was there waits until `clear`. */
  swap(context: ApplyContext, id: BackupId): Promise<void>;
  /** The gateway must not run. What was there before is there again, and nothing is staged any more. */
  back(context: ApplyContext, id: BackupId): Promise<void>;
  /** What was there before goes for good, unless there is no backup of it: then it is what is handed back. */
  clear(context: ApplyContext, id: BackupId): Promise<LeftState | undefined>;
  /** Whether state of before a restore lies beside the one in use, kept because there was no backup of it. */
  hasBefore(context: CheckContext): Promise<boolean>;
  /** It goes for good. */
  forget(context: ApplyContext): Promise<void>;
}

export function createQuarters(room: Room): Quarters {
  const argvOf = (verb: string, params: object): readonly [string, ...string[]] => {
    const { stateDir, keepDir, openclaw } = room;
    return [room.node, '-e', QUARTERS_SCRIPT, verb, JSON.stringify({ stateDir, keepDir, openclaw, ...params })];
  };
  const call = async <T>(
    context: ApplyContext,
    doing: string,
    schema: z.ZodType<T>,
    verb: string,
    params: object,
    options: { readonly timeoutMs?: number; readonly input?: Secret } = {},
  ): Promise<T> => {
    const { timeoutMs = SHORT_MS, input } = options;
    const limits = { timeoutMs, ...(input === undefined ? {} : { input }) };
    return understand(await room.change(context, doing, argvOf(verb, params), limits), doing, schema);
  };
  const joined = (name: string): string =>
    (/^([A-Za-z]:|\\\\)/.test(room.stateDir) ? win32 : posix).join(room.stateDir, name);

  return {
    survey: (context) => call(context, 'Looking how large the state is', surveySchema, 'survey', {}),
    async sweep(context, known, clears) {
      const options = { timeoutMs: LONG_MS };
      const doing = 'Clearing away what runs that were cut short have left';
      await call(context, doing, doneSchema, 'sweep', { ids: known, clears }, options);
    },
    archive: (context, id) =>
      call(context, 'Making the backup', archiveSchema, 'archive', { id }, { timeoutMs: LONG_MS }),
    read: (context, id, take) =>
      context.act('Fetching the backup', async (signal) => {
        const child = await room.spawn(argvOf('read', { id }), signal);
        child.stdin.on('error', () => undefined).end();
        const said = readAll(child.stderr);
        said.catch(() => undefined);
        // Its bytes are worth nothing before its end says that all went well: whoever takes them compares.
        const ended = child.exit.then(async ({ code }) => {
          if (code !== 0)
            throw new AppError('backup.gone', { details: { lastLines: (await said).split('\n').slice(-20) } });
        });
        ended.catch((error: unknown) => child.stdout.destroy(error instanceof Error ? error : undefined));
        const taken = await take(child.stdout, signal);
        await ended;
        return taken;
      }),
    async retire(context, ids) {
      if (ids.length > 0) await call(context, 'Removing old backups', doneSchema, 'retire', { ids });
    },

    async readJournal(context) {
      const found = await room.readFile(context, joined(JOURNAL));
      return found === undefined ? undefined : journalSchema.parse(JSON.parse(found));
    },
    async receive(context, { id, bytes, sha256: sum }, open) {
      const doing = 'Bringing the backup to the machine';
      await context.act(doing, async (signal) => {
        // Opened first: what is damaged or gone shall not have touched the machine.
        const archive = await open(signal);
        const child = await room.spawn(argvOf('receive', { id, bytes, sha256: sum }), signal);
        const [output, errors] = [readAll(child.stdout), readAll(child.stderr)];
        for (const one of [output, errors]) one.catch(() => undefined);
        const sent = await send(archive, child, bytes, context);
        const { code, signal: killed } = await child.exit;
        if (sent !== undefined) throw sent;
        const [stdout, stderr] = [await output, await errors];
        const command = { argv: [room.node], effect: 'change', runAs: 'login', env: {}, slow: false } as const;
        understand({ command, code, signal: killed, stdout, stderr, truncated: false }, doing, measuredSchema);
      });
    },
    unpack: (context, id) =>
      call(context, 'Having OpenClaw verify and unpack it', unpackedSchema, 'unpack', { id }, { timeoutMs: LONG_MS }),
    async readConfig(context, id) {
      return (await call(context, 'Reading its openclaw.json', configSchema, 'config', { id })).text;
    },
    async settle(context, id, config, wasKept) {
      const params = { id, bytes: Buffer.byteLength(config), kept: wasKept };
      const input = new Secret(config);
      await call(context, 'Writing its openclaw.json', doneSchema, 'settle', params, { input });
    },
    async swap(context, id) {
      await call(context, 'Putting the backup in the place of what is there', doneSchema, 'swap', { id });
    },
    async back(context, id) {
      const options = { timeoutMs: LONG_MS };
      await call(context, 'Putting back what was there before', doneSchema, 'back', { id }, options);
    },
    async clear(context, id) {
      const options = { timeoutMs: LONG_MS };
      return (await call(context, 'Clearing away what was there before', clearedSchema, 'clear', { id }, options))
        .before;
    },
    hasBefore: async (context) => (await room.readFile(context, joined(`${BEFORE}/${PRIVATE_MARK}`))) !== undefined,
    async forget(context) {
      const options = { timeoutMs: LONG_MS };
      await call(context, 'Removing what an update had made of the state', doneSchema, 'forget', {}, options);
    },
    [Symbol.asyncDispose]: () => room[Symbol.asyncDispose](),
  };
}

/**
 * What kept the archive from being read to its end: the machine hears of the end all the same, so that it finds out what is missing
 * and takes it away. A machine that takes no more of it says why itself.
 */
async function send(
  archive: Readable,
  { stdin, exit }: Process,
  totalBytes: number,
  { progress }: ApplyContext,
): Promise<Error | undefined> {
  const ended = exit.then(
    () => undefined,
    () => undefined,
  );
  stdin.on('error', () => undefined);
  let sentBytes = 0;
  try {
    for await (const chunk of archive as AsyncIterable<Buffer>) {
      if (stdin.destroyed) break;
      if (!stdin.write(chunk)) await Promise.race([once(stdin, 'drain').catch(() => undefined), ended]);
      sentBytes += chunk.length;
      progress(sentBytes, totalBytes, 'bytes');
    }
    return undefined;
  } catch (error) {
    return toAppError(error);
  } finally {
    archive.destroy();
    stdin.end();
  }
}

function understand<T>(result: ExecResult, doing: string, schema: z.ZodType<T>): T {
  const answer: unknown = parse(result.stdout);
  if (result.code === EXIT_REFUSED) {
    const refusal = refusalSchema.safeParse(answer).data;
    if (refusal !== undefined) throw new AppError(refusal.code, { details: { doing, lastLines: refusal.lines } });
  }
  expectOk(result, doing);
  return schema.parse(answer);
}

function parse(stdout: string): unknown {
  try {
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  } catch {
    return undefined;
  }
}

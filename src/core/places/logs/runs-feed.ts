import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { InstanceId, RunId } from '../../../shared/model/ids.ts';
import type { LogEntry } from '../../../shared/model/log.ts';
import { runEventSchema, type RunEvent } from '../../../shared/model/run.ts';
import { journalPath, listRunIds } from '../../runner/journal-reader.ts';
import { hasCode } from '../../system/atomic-file.ts';
import { onFile } from '../../system/file-error.ts';
import { isAborted, type LogFeed } from './log-feed.ts';
import { createLineCutter } from './parse-text.ts';

/** The newest runs of an instance that are read. */
const READ_RUNS = 20;
/** Of all runs, in which those are looked for. */
const LOOKED_AT_RUNS = 300;
const LOOK_EVERY_MS = 1_000;
/** The header and the first event, which names the instance. */
const HEAD_BYTES = 64 * 1024;
const CHUNK_BYTES = 256 * 1024;

/** What our own runs said, as this installation has written it down. */
export function runsFeed(dir: string, instanceId: InstanceId): LogFeed {
  return {
    sources: ['installer'],
    async read({ follow }, emit, signal) {
      const owners = createOwners(dir);
      const places = new Map<RunId, { at: number; readonly cut: ReturnType<typeof createLineCutter> }>();
      const look = async (ids: readonly RunId[]): Promise<void> => {
        for (const id of ids) {
          if (signal.aborted || (await owners.of(id)) !== instanceId) continue;
          const place = places.get(id) ?? { at: 0, cut: createLineCutter(1024 * 1024) };
          places.set(id, place);
          await onFile(journalPath(dir, id), async () => {
            for await (const chunk of readFrom(journalPath(dir, id), place.at)) {
              place.at += chunk.length;
              const entries = place.cut(chunk).flatMap((line) => describeRunLine(line) ?? []);
              if (entries.length > 0) await emit(entries);
              if (signal.aborted) return;
            }
          });
        }
      };
      const mine: RunId[] = [];
      for (const id of (await listRunIds(dir)).slice(0, LOOKED_AT_RUNS)) {
        if (mine.length < READ_RUNS && (await owners.of(id)) === instanceId) mine.push(id);
      }
      await look(mine.reverse());
      await emit([]);
      while (follow && !signal.aborted) {
        await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
        if (!isAborted(signal)) await look((await listRunIds(dir)).slice(0, READ_RUNS).reverse());
      }
    },
  };
}

/** The runs of this installation that were about other instances: the audit log of a machine tells of all. */
export async function listForeignRuns(dir: string, instanceId: InstanceId): Promise<ReadonlySet<string>> {
  const owners = createOwners(dir);
  const foreign = new Set<string>();
  for (const id of (await listRunIds(dir)).slice(0, LOOKED_AT_RUNS)) {
    const owner = await owners.of(id);
    if (owner !== undefined && owner !== instanceId) foreign.add(id);
  }
  return foreign;
}

function createOwners(dir: string): { of(id: RunId): Promise<string | undefined> } {
  const known = new Map<RunId, string>();
  return {
    async of(id) {
      const before = known.get(id);
      if (before !== undefined) return before;
      const [head] = await readHead(journalPath(dir, id));
      // The run of a start or a stop keeps no log of its own.
      const owner = /"type":"run\.started"[^\n]*?"instanceId":"([^"]+)"/.exec(head ?? '')?.[1];
      if (owner !== undefined) known.set(id, owner);
      return owner;
    },
  };
}

async function readHead(path: string): Promise<string[]> {
  for await (const chunk of readFrom(path, 0, HEAD_BYTES)) return [chunk.toString('utf8')];
  return [];
}

async function* readFrom(path: string, from: number, chunkBytes = CHUNK_BYTES): AsyncGenerator<Buffer> {
  try {
    await using file = await open(path, 'r');
    for (let at = from; ;) {
      const buffer = Buffer.alloc(chunkBytes);
      const { bytesRead } = await file.read(buffer, 0, chunkBytes, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } catch (error) {
    // The oldest runs go while somebody reads.
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}

/** Undefined: no event, or none that says something. Pure. */
export function describeRunLine(line: string): LogEntry | undefined {
  if (!line.includes('"type":"')) return undefined;
  try {
    const event = runEventSchema.safeParse(JSON.parse(line));
    return event.success ? describeEvent(event.data) : undefined;
  } catch {
    return undefined;
  }
}

function describeEvent(event: RunEvent): LogEntry | undefined {
  const entry = (level: LogEntry['level'], text: string): LogEntry => ({
    at: event.at,
    source: 'installer',
    level,
    text,
  });
  switch (event.type) {
    case 'run.started':
      return entry('info', `${event.kind} of ${event.instanceName} began, by ${event.who}.`);
    case 'step.started':
      return entry('debug', `[${event.stepId}] begins`);
    case 'step.spoke':
      return event.line.trim() === ''
        ? undefined
        : entry(event.stream === 'note' ? 'info' : 'debug', `[${event.stepId}] ${event.line}`);
    case 'step.applied':
      return entry('info', `[${event.stepId}] ${event.because}`);
    case 'step.failed':
      return entry('error', `[${event.stepId}] ${event.error.message}`);
    case 'run.succeeded':
      return entry('info', `Done in ${String(Math.round(event.stats.durationMs / 1000))} s.`);
    case 'run.failed':
      return entry('error', `Failed: ${event.error.message}`);
    case 'run.cancelled':
      return entry('warn', 'Cancelled.');
    case 'step.checked':
    case 'step.progressed':
      return undefined;
  }
}

import { access } from 'node:fs/promises';
import type { LogEntry, LogSource } from '../../../shared/model/log.ts';
import { openLogStream } from '../../supervisor/log-reader.ts';
import { hasCode } from '../../system/atomic-file.ts';
import { onFile } from '../../system/file-error.ts';
import type { LogFeed } from './log-feed.ts';
import { createTextParser } from './parse-text.ts';
import { readLines } from './server-feed.ts';

/** A log that lies on this computer. @param only leaves out what is not wanted, and says whose a line is */
export function fileFeed(
  path: string,
  sources: readonly LogSource[],
  only: (entry: LogEntry) => LogEntry | undefined = (entry) => entry,
): LogFeed {
  const [source = 'gateway'] = sources;
  return {
    sources,
    async read({ lines, follow, sources: wanted }, emit, signal) {
      if (!(await isThere(path))) {
        if (!follow) return;
        await emit([]);
      }
      const parse = createTextParser(source, new Date().toISOString());
      const stream = openLogStream(path, { lines, follow, signal });
      await onFile(path, () =>
        readLines(stream, emit, signal, (line) => {
          const entry = parse(line);
          const ours = entry === undefined ? undefined : only(entry);
          return ours !== undefined && wanted.has(ours.source) ? ours : undefined;
        }),
      );
    },
  };
}

/** What the supervisor notes stands in the gateway's own log. */
export function splitNotes(entry: LogEntry): LogEntry {
  const note = '[hardshell] ';
  return entry.text.startsWith(note) ? { ...entry, source: 'service', text: entry.text.slice(note.length) } : entry;
}

async function isThere(path: string): Promise<boolean> {
  try {
    await onFile(path, () => access(path));
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}

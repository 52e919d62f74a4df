import { AppError } from '../../shared/app-error.ts';
import { FETCH_ATTEMPTS } from './npm-install.ts';

/** Packages in a row, each asked for as often as npm asks, that did not come: the registry has gone away. */
const LOST_PACKAGES = 3;
const KEPT_LINES = 20;

/** Whether a line only tells of a request: `npm http fetch GET 200 https://…`. Pure. */
export function isRequestLine(line: string): boolean {
  return line.startsWith('npm http ');
}

export interface NpmWatch {
  /** For every line that npm says. */
  readonly onLine: (stream: 'stdout' | 'stderr', line: string) => void;
  /** Aborted with AppError `registry.unreachable` or `disk.full` when npm should be ended. */
  readonly signal: AbortSignal;
}

/**
 * npm goes on where it should stop, and its output shows when that has begun. When a package does not come it asks for the next
 * one: before a registry that has gone away in the middle it would try all three hundred, for an hour (seen at the log level
 * `http`). A full disk is a mere warning for each of forty thousand files, and at the end what is not whole may count as
 * installed.
 * @param say what is not about requests, for the person
 */
export function watchNpm(doing: string, say: (line: string) => void): NpmWatch {
  const stop = new AbortController();
  const lastLines: string[] = [];
  const lost = new Set<string>();
  return {
    signal: stop.signal,
    onLine(_stream, line) {
      if (stop.signal.aborted) return;
      if (/\b(?:ENOSPC|EDQUOT)\b/.test(line)) {
        stop.abort(new AppError('disk.full', { details: { doing, lastLines: [line] } }));
        return;
      }
      if (!isRequestLine(line)) {
        if (line.trim() !== '') say(line);
        return;
      }
      const failed = /^npm http fetch \w+ (\S+) attempt (\d+) failed with/.exec(line);
      if (failed === null) {
        // Any answer will do, also that there is no such thing: somebody is there.
        if (/^npm http fetch \w+ [1-4]\d\d /.test(line)) lost.clear();
        return;
      }
      lastLines.push(line);
      const [, url = '', attempt] = failed;
      if (Number(attempt) >= FETCH_ATTEMPTS) lost.add(url);
      if (lost.size < LOST_PACKAGES) return;
      stop.abort(new AppError('registry.unreachable', { details: { doing, lastLines: lastLines.slice(-KEPT_LINES) } }));
    },
  };
}

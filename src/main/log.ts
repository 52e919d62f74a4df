import type { PanelLog } from '../panel/index.ts';
import type { Settings } from '../native/settings.ts';

export type LogEntry = Parameters<PanelLog>[0];

const LEVELS: readonly LogEntry['level'][] = ['debug', 'info', 'warn', 'error'];

/** JSON lines on standard error, as the command line writes them: warnings, or what HARDSHELL_LOG asks for. */
export function createLog({ logLevel = 'warn' }: Settings): PanelLog {
  return (entry) => {
    if (LEVELS.indexOf(entry.level) < LEVELS.indexOf(logLevel)) return;
    process.stderr.write(`${JSON.stringify(entry)}\n`);
  };
}

/** What a log entry tells beyond its sentence, for a person: paths and names. Pure. */
export function gistOf({ details = {} }: LogEntry): string | undefined {
  const texts = Object.values(details).filter((value) => typeof value === 'string');
  return texts.length === 0 ? undefined : texts.join(', ');
}

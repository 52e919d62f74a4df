import { z } from 'zod';
import { queryScript, type Command } from '../host/command.ts';

/** The part of Caddy's log in which it tells of certificates. */
export interface CaddyWords {
  /** The machine's clock, in seconds, when it was asked. */
  readonly nowSeconds: number;
  readonly entries: readonly CaddyEntry[];
}

const entrySchema = z.object({
  ts: z.number(),
  level: z.string(),
  logger: z.string().default(''),
  msg: z.string(),
  identifier: z.string().optional(),
  error: z.string().optional(),
});
export type CaddyEntry = z.infer<typeof entrySchema>;

const SCRIPT = `date +now=%s
journalctl --unit=caddy.service --since="-$1" --output=cat --no-pager 2>/dev/null | grep -E '"(tls|admin)[".]|"serving initial' | tail -n 400`;

export function caddyJournalCommand(sinceSeconds: number): Command {
  return queryScript(SCRIPT, [`${String(sinceSeconds)}s`], { runAs: 'root', env: { LC_ALL: 'C' } });
}

/** Lines that are not Caddy's JSON (somebody chose another format) are passed over. Pure. */
export function parseCaddyJournal(text: string): CaddyWords {
  const entries = text.split('\n').flatMap((line) => {
    if (!line.startsWith('{')) return [];
    try {
      const parsed = entrySchema.safeParse(JSON.parse(line));
      return parsed.success ? [parsed.data] : [];
    } catch {
      return []; // a line that was cut
    }
  });
  return { nowSeconds: Number(/^now=(\d+)$/m.exec(text)?.[1] ?? 0), entries };
}

export interface AcmeRefusal {
  readonly atSeconds: number;
  /** Caddy was told its configuration again after it: what is true now is not known yet. */
  readonly isOutdated: boolean;
  /** The authority's own. */
  readonly words: readonly string[];
}

/**
 * Why there is no certificate for that name, by the last attempt that Caddy has given up on for now; undefined where it goes on,
 * or has one. Pure.
 */
export function findAcmeRefusal({ entries }: Pick<CaddyWords, 'entries'>, name: string): AcmeRefusal | undefined {
  const isAbout = ({ identifier, error }: CaddyEntry): boolean =>
    identifier === name || error?.startsWith(`[${name}]`) === true;
  const about = entries.filter((entry) => entry.logger.startsWith('tls') && isAbout(entry));
  const last = about.findLastIndex(({ msg }) => msg === 'will retry' || /^certificate (?:obtained|renewed)/.test(msg));
  const found = about[last];
  if (found?.msg !== 'will retry') return undefined;
  const told = entries.findLast(({ msg }) => /^load complete$|^serving initial configuration$/.test(msg));
  const before = about.slice(0, last).findLastIndex(({ msg }) => msg === 'will retry');
  const words = about.slice(before + 1, last + 1).flatMap(({ error }) => error ?? []);
  return {
    atSeconds: found.ts,
    isOutdated: told !== undefined && told.ts > found.ts,
    words: [...new Set(words)].slice(-4),
  };
}

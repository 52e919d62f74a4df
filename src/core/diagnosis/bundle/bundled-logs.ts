import { formatLogLine, parseEntry } from '../../../shared/model/log.ts';

/** A stream of entries as people read it: inside of JSON nothing would be found that stands in quotes. Pure. */
export function readableLog(stream: string): string {
  return linesOf(stream)
    .map((line) => {
      const entry = parseEntry(line);
      return `${entry === undefined ? line : formatLogLine(entry)}\n`;
    })
    .join('');
}

/** Who has changed something, and from where: the first word of each audit line, `anna@laptop`. Pure. */
export function listAuthors(
  stream: string,
  auditLog: string,
): { readonly users: readonly string[]; readonly hosts: readonly string[] } {
  const audited = [
    ...linesOf(stream).flatMap((line) => {
      const entry = parseEntry(line);
      return entry?.source === 'audit' ? [entry.text] : [];
    }),
    // A line of the file begins with its time.
    ...linesOf(auditLog).map((line) => line.slice(line.indexOf(' ') + 1)),
  ];
  const users = new Set<string>();
  const hosts = new Set<string>();
  for (const text of audited) {
    const { user, host } = /^(?<user>[^\s@]+)@(?<host>[^\s@]+)\s/.exec(text)?.groups ?? {};
    if (user === undefined || host === undefined) continue;
    users.add(user);
    hosts.add(host);
  }
  return { users: [...users], hosts: [...hosts] };
}

const linesOf = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');

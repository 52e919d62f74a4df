/*
 * Caddy serves every instance of a machine, and says of a line whose it is only within its fields. A line that names hosts, none of
 * them ours, is another's; one that names none is about Caddy itself, and everybody's.
 */
const named = /"(?:host|server_name|identifier|domain|subject|name)"\s*:\s*"([^"]{1,253})"/g;
const lists = /"(?:identifiers|domains|subjects|names|san)"\s*:\s*\[([^\]]{1,4000})\]/g;
const hostLike = /^(?:\*\.)?(?:[a-z0-9-]+\.)+[a-z0-9-]+(?::\d+)?$/i;

/** @param host of this instance's site; undefined: it has none, and every named host is another's. Pure. */
export function isOfSite(line: string, host: string | undefined): boolean {
  if (host === undefined) return !nameHosts(line).length;
  const hosts = nameHosts(line);
  return hosts.length === 0 || hosts.some((each) => matches(each, host));
}

function nameHosts(line: string): string[] {
  const found = [...line.matchAll(named)].map((match) => match[1] ?? '');
  for (const match of line.matchAll(lists))
    found.push(...(match[1] ?? '').split(',').map((each) => each.trim().replace(/^"|"$/g, '')));
  return found.filter((each) => hostLike.test(each) && !/^[\d.:]+$/.test(each));
}

function matches(named: string, host: string): boolean {
  const bare = named.replace(/:\d+$/, '').toLowerCase();
  const own = host.toLowerCase();
  return bare === own || (bare.startsWith('*.') && own.endsWith(bare.slice(1)));
}

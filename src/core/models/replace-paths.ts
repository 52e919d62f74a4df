import { isConfigObject, type ConfigObject } from '../openclaw/config-document.ts';

/**
 * The lists that go with what a patch takes away: a gateway loses none that was not named to it. As it writes paths, where a dot in a
 * name is a dot. Pure.
 * @param config as the gateway runs it, which has more in it than the file
 */
export function listReplacePaths(config: ConfigObject, patch: ConfigObject, above = ''): string[] {
  return Object.entries(patch).flatMap(([name, wanted]) => {
    const path = above === '' ? name : `${above}.${name}`;
    const there = config[name];
    if (isConfigObject(wanted)) return isConfigObject(there) ? listReplacePaths(there, wanted, path) : [];
    return Array.isArray(wanted) ? [] : listLists(there, path);
  });
}

function listLists(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return [path];
  if (!isConfigObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => listLists(inner, `${path}.${name}`));
}

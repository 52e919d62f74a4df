import { AppError } from '../../shared/app-error.ts';
import { formatConfigPath, type ConfigEntry } from '../../shared/model/configuration.ts';

const MOST_SAID = 3;
const MOST_SETTINGS = 4;

/** Names those who wrote since. Pure. @param entries newest first @param base the hash of what was looked at then */
export function describeConflict(entries: readonly ConfigEntry[], base: string): AppError {
  const known = entries.findIndex(({ hash }) => hash === base);
  const since = entries.slice(0, known === -1 ? MOST_SAID : known).slice(0, MOST_SAID);
  if (since.length === 0) return new AppError('config.conflict');
  const said = since.map(({ by, who, changes }) => {
    const name = by === 'outside' || who === undefined ? 'somebody outside of Hardshell' : who;
    const settings = changes.map(({ path }) => formatConfigPath(path));
    const more = settings.length - MOST_SETTINGS;
    const listed = [...settings.slice(0, MOST_SETTINGS), ...(more > 0 ? [`${String(more)} more`] : [])].join(', ');
    return `${name} (${listed === '' ? 'comments or order' : listed})`;
  });
  return new AppError('config.conflict', {
    message: `The configuration was changed by somebody else in the meantime: ${said.join('; ')}.`,
    details: { entries: since.map(({ id }) => id) },
  });
}

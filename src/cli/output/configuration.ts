import {
  formatConfigPath,
  REDACTED,
  type ConfigChange,
  type ConfigEntry,
  type ConfigPreview,
} from '../../shared/model/configuration.ts';
import { bold, dim, green, red, yellow, type Line } from './line.ts';
import { marksOf, type Look } from './look.ts';

/** Longer values are looked at with `config NAME get PATH`. */
const MAX_VALUE = 120;

/** One value on one line. Pure. */
export function formatConfigValue(value: unknown): string {
  const text = value === REDACTED ? 'a secret' : JSON.stringify(value).replaceAll(`"${REDACTED}"`, 'a secret');
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text;
}

/** Pure. */
export function formatConfigChanges(changes: readonly ConfigChange[]): Line[] {
  return changes.map(({ path, before, after, isSecret }): Line => {
    const name = formatConfigPath(path);
    if (before === undefined) return [green('  + '), name, dim(` = ${formatConfigValue(after)}`)];
    if (after === undefined) return [red('  - '), name, dim(`, was ${formatConfigValue(before)}`)];
    if (isSecret && formatConfigValue(before) === formatConfigValue(after))
      return [yellow('  ~ '), name, dim(' = another secret')];
    return [yellow('  ~ '), name, dim(`: ${formatConfigValue(before)} → ${formatConfigValue(after)}`)];
  });
}

/** Pure. */
export function formatConfigPreview(name: string, preview: ConfigPreview, look: Look): Line[] {
  const { changes, restarts, warnings, issues } = preview;
  const mark = marksOf(look);
  return [
    [bold(`Configuration of ${name}`)],
    ...formatConfigChanges(changes),
    ...(changes.length === 0 ? [['  comments or order alone'] satisfies Line] : []),
    ...warnings.map((text): Line => [yellow(mark.warn), ` ${text}`]),
    ...(restarts.length === 0
      ? []
      : [[yellow(mark.warn), ` The gateway restarts: ${restarts.join(', ')}.`] satisfies Line]),
    ...issues.map(({ path, message }): Line => [red(mark.bad), ` ${path}: ${message}`]),
  ];
}

/** Pure. */
export function formatConfigHistory(name: string, entries: readonly ConfigEntry[]): Line[] {
  if (entries.length === 0) return [[`Nothing was changed in the configuration of ${name} yet.`]];
  return entries.flatMap((entry, index): Line[] => [
    ...(index === 0 ? [] : [[] satisfies Line]),
    [
      bold(entry.id),
      dim(`  ${entry.at}  ${entry.by === 'outside' ? 'changed outside of Hardshell' : (entry.who ?? '')}`),
    ],
    ...(entry.why === undefined ? [] : [[`  ${entry.why}`] satisfies Line]),
    ...(entry.revertOf === undefined ? [] : [[dim(`  takes ${entry.revertOf} back`)] satisfies Line]),
    ...formatConfigChanges(entry.changes),
  ]);
}

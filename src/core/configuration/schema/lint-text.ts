import { isAppError } from '../../../shared/app-error.ts';
import type { ConfigFault } from '../../../shared/model/config-schema.ts';
import { formatConfigPath } from '../../../shared/model/configuration.ts';
import { parseConfig } from '../../openclaw/config-document.ts';
import { locateIn } from '../../openclaw/json5-edit.ts';
import { checkValue } from './check-value.ts';
import type { SchemaNode } from './schema-node.ts';

/** What is wrong with a text of openclaw.json, and where in it. Without a schema: whether it can be read at all. Pure. */
export function lintText(text: string, schema: SchemaNode | undefined): ConfigFault[] {
  try {
    const { value } = parseConfig(text);
    if (schema === undefined) return [];
    const locate = locateIn(text);
    return checkValue(schema, value).map(({ path, message, isName = false }) => {
      const found = locate(path);
      const isLong = found === undefined || text.slice(found.value.start, found.value.end).includes('\n');
      const span = (isName || isLong ? found?.name : found.value) ?? { start: 0, end: 1 };
      const severity = isName ? 'warning' : 'error';
      return { from: span.start, to: span.end, path: formatConfigPath(path), message, severity };
    });
  } catch (error) {
    if (!isAppError(error, 'config.unreadable')) throw error;
    const { line, column } = error.details ?? {};
    const from = findPlace(text, Number(line ?? 1), Number(column ?? 1));
    return [
      {
        from,
        to: Math.min(from + 1, text.length),
        path: '',
        message: 'It cannot be read from here on.',
        severity: 'error',
      },
    ];
  }
}

/** Lines and columns count from 1. */
function findPlace(text: string, line: number, column: number): number {
  const start = text
    .split('\n')
    .slice(0, line - 1)
    .reduce((sum, one) => sum + one.length + 1, 0);
  return Math.max(0, Math.min(start + column - 1, text.length));
}

import JSON5 from 'json5';
import { AppError } from '../../shared/app-error.ts';
import type { ConfigPath } from './json5-edit.ts';

export type ConfigObject = Readonly<Record<string, unknown>>;

/** openclaw.json as it is: its text, and what it says. */
export interface ConfigDocument {
  readonly text: string;
  readonly value: ConfigObject;
}

/**
 * Pure.
 * @throws AppError `config.unreadable` with line and column
 */
export function parseConfig(text: string): ConfigDocument {
  let value: unknown;
  try {
    value = JSON5.parse(text);
  } catch (error) {
    const at = error as { readonly lineNumber?: number; readonly columnNumber?: number };
    // The parser's own message is left out: it may quote a piece of a token.
    throw new AppError('config.unreadable', {
      message: `openclaw.json cannot be read as JSON5: line ${String(at.lineNumber ?? 1)}, column ${String(at.columnNumber ?? 1)}.`,
      details: { line: at.lineNumber ?? 1, column: at.columnNumber ?? 1 },
    });
  }
  if (!isConfigObject(value)) {
    throw new AppError('config.unreadable', {
      message: 'openclaw.json does not hold an object.',
      details: { line: 1, column: 1 },
    });
  }
  return { text, value };
}

export function isConfigObject(value: unknown): value is ConfigObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a path; undefined where there is none. Pure. */
export function readSetting(value: unknown, path: ConfigPath): unknown {
  return path.reduce<unknown>(
    (inner, key) => (isConfigObject(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined),
    value,
  );
}

import { z } from 'zod';
import { formatConfigPath, parseConfigPath } from '../../shared/model/configuration.ts';
import { parsePatch } from '../../core/index.ts';
import { usageError } from '../commands/command.ts';

export interface Assignment {
  readonly path: readonly string[];
  readonly value: Json;
}
type Json = z.infer<ReturnType<typeof z.json>>;
type Patch = Record<string, Json>;

/**
 * `logging.level=debug`: what is no JSON is a plain text.
 * @throws AppError `usage.invalid`, which never repeats the value: commander would
 */
export function parseAssignment(text: string): Assignment {
  const at = text.indexOf('=');
  const path = at < 1 ? undefined : parseConfigPath(text.slice(0, at));
  if (path === undefined) throw usageError('--set takes a setting and its value.', 'Write it as logging.level=debug.');
  const value = text.slice(at + 1);
  try {
    return { path, value: JSON.parse(value) as Json };
  } catch {
    if (/^\s*["{[]/.test(value))
      throw usageError(`The value of ${formatConfigPath(path)} begins like JSON and is none.`);
    return { path, value };
  }
}

/** @throws AppError `usage.invalid` */
export function readPatchFile(text: string): Patch {
  const patch = z.record(z.string(), z.json()).safeParse(parsePatch(text));
  if (patch.success) return patch.data;
  throw usageError('The file does not hold an object of settings.', 'Write it as { logging: { level: "debug" } }.');
}

/** Single settings count more than what the file says. Pure. */
export function buildPatch(patch: Patch, assignments: readonly Assignment[]): Patch {
  return assignments.reduce((built, { path, value }) => assign(built, path, value), patch);
}

function assign(patch: Patch, [name, ...rest]: readonly string[], value: Json): Patch {
  if (name === undefined) return patch;
  if (rest.length === 0) return { ...patch, [name]: value };
  const inner = patch[name];
  const below = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? inner : {};
  return { ...patch, [name]: assign(below, rest, value) };
}

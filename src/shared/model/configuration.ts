import { z } from 'zod';

/** What stands in the place of a secret, as OpenClaw itself writes it. One that comes back unchanged keeps the secret. */
export const REDACTED = '__OPENCLAW_REDACTED__';

export const configEntryIdSchema = z
  .string()
  .regex(/^c-[0-9a-f]{16}$/)
  .brand('ConfigEntryId');
export type ConfigEntryId = z.infer<typeof configEntryIdSchema>;

export const configPathSchema = z.array(z.string().max(500)).min(1).max(50);

/** Absent: it is not there. Secrets are redacted on either side. */
export const configChangeSchema = z.strictObject({
  path: configPathSchema,
  before: z.json().optional(),
  after: z.json().optional(),
  /** A secret is in it: that it changes is all that is told. */
  isSecret: z.boolean(),
});
export type ConfigChange = z.infer<typeof configChangeSchema>;

/** `gateway`: it runs and answers for its configuration; `file`: it does not. */
export const configSourceSchema = z.enum(['gateway', 'file']);
export type ConfigSource = z.infer<typeof configSourceSchema>;

export const configIssueSchema = z.strictObject({ path: z.string(), message: z.string() });
export type ConfigIssue = z.infer<typeof configIssueSchema>;

/** Openclaw.json as it is, without its secrets. */
export const configSnapshotSchema = z.strictObject({
  source: configSourceSchema,
  /** Of the file with its secrets: another one says that somebody changed it. */
  hash: z.string().min(1).max(200),
  text: z.string(),
  value: z.record(z.string(), z.json()),
});
export type ConfigSnapshot = z.infer<typeof configSnapshotSchema>;

/** Longest text that is taken: more than ten times what a large configuration has. */
const MAX_TEXT = 2 * 1024 * 1024;
export const configTextSchema = z.string().max(MAX_TEXT);

export const configEditSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('text'), text: configTextSchema }),
  /** As OpenClaw patches: objects are merged, null takes away, everything else replaces. */
  z.strictObject({ kind: z.literal('patch'), patch: z.record(z.string(), z.json()) }),
  /** Takes one change of the history back. */
  z.strictObject({ kind: z.literal('revert'), entry: configEntryIdSchema }),
]);
export type ConfigEdit = z.infer<typeof configEditSchema>;

export const configPreviewSchema = z.strictObject({
  source: configSourceSchema,
  hash: z.string(),
  changes: z.array(configChangeSchema),
  /** The text is another, also where no setting is: comments, order. */
  isChange: z.boolean(),
  /** Settings for which a running gateway restarts itself. */
  restarts: z.array(z.string()),
  /** In words: what the person should know before. */
  warnings: z.array(z.string()),
  /** Why OpenClaw does not accept it; with any, it cannot be applied. */
  issues: z.array(configIssueSchema),
});
export type ConfigPreview = z.infer<typeof configPreviewSchema>;

export const whySchema = z
  .string()
  .trim()
  .max(500, 'At most 500 characters.')
  .regex(/^[^\p{Cc}]*$/u, 'One line, without control characters.');

export const configEntrySchema = z.strictObject({
  id: configEntryIdSchema,
  at: z.iso.datetime(),
  /** `outside`: noticed when somebody looked; it was not done here. */
  by: z.enum(['hardshell', 'outside']),
  who: z.string().optional(),
  why: whySchema.optional(),
  changes: z.array(configChangeSchema),
  /** Of the file afterwards. */
  hash: z.string(),
  restarted: z.boolean().optional(),
  revertOf: configEntryIdSchema.optional(),
});
export type ConfigEntry = z.infer<typeof configEntrySchema>;

/** `gateway.port`; a name that holds a dot is quoted: `models["gpt-5.1"]`. Pure. */
export function formatConfigPath(path: readonly string[]): string {
  return path.reduce(
    (text, name) =>
      /^[^.[\]"\s]+$/.test(name) ? (text === '' ? name : `${text}.${name}`) : `${text}[${JSON.stringify(name)}]`,
    '',
  );
}

/** Undefined: it is not a path. Pure. */
export function parseConfigPath(text: string): string[] | undefined {
  const path: string[] = [];
  let rest = text;
  while (rest !== '') {
    const quoted = /^\[("(?:[^"\\]|\\.)*")\]/.exec(rest);
    const plain = (path.length === 0 ? /^([^.[\]"\s]+)/ : /^\.([^.[\]"\s]+)/).exec(rest);
    const found = quoted ?? plain;
    if (found?.[1] === undefined) return undefined;
    path.push(quoted === null ? found[1] : (JSON.parse(found[1]) as string));
    rest = rest.slice(found[0].length);
  }
  return path.length === 0 ? undefined : path;
}

/** Whether a hidden secret is in it. Pure. */
export function holdsRedacted(value: unknown): boolean {
  if (value === REDACTED) return true;
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(holdsRedacted);
}

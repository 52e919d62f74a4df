import { z } from 'zod';

/** A file of the agent's workspace, by its plain name. */
export const workspaceFileNameSchema = z.string().regex(/^[A-Z][A-Z0-9_-]{1,39}\.md$/, 'A file is named like SOUL.md.');

/** More than OpenClaw gives to the agent of any file. */
export const MAX_WORKSPACE_FILE_CHARS = 200_000;
export const workspaceTextSchema = z
  .string()
  .max(MAX_WORKSPACE_FILE_CHARS, `A file has at most ${String(MAX_WORKSPACE_FILE_CHARS)} characters.`);

export const hashSchema = z.string().regex(/^[0-9a-f]{64}$/);

export const workspaceFileSchema = z.strictObject({
  name: workspaceFileNameSchema,
  there: z.boolean(),
  bytes: z.int().optional(),
  changedAt: z.iso.datetime().optional(),
});
export type WorkspaceFileView = z.infer<typeof workspaceFileSchema>;

export const workspaceTextViewSchema = z.strictObject({
  name: workspaceFileNameSchema,
  text: z.string(),
  /** Absent: there is no such file yet. */
  hash: hashSchema.optional(),
});
export type WorkspaceText = z.infer<typeof workspaceTextViewSchema>;

export const fileVersionSchema = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{16}$/),
  at: z.iso.datetime(),
  /** `anna@laptop`; absent: it was found so, changed by the agent or by somebody else. */
  who: z.string().optional(),
  hash: hashSchema,
  chars: z.int(),
});
export type FileVersion = z.infer<typeof fileVersionSchema>;

export const skillSchema = z.strictObject({
  key: z.string(),
  name: z.string(),
  description: z.string(),
  emoji: z.string().optional(),
  /** Where it comes from, in OpenClaw's words: `openclaw-bundled`, `openclaw-workspace`… */
  source: z.string(),
  bundled: z.boolean(),
  enabled: z.boolean(),
  /** Whether the agent can use it as it is. */
  ready: z.boolean(),
  /** What it lacks: programs, variables, settings. */
  missing: z.array(z.string()),
});
export type Skill = z.infer<typeof skillSchema>;

export const skillSlugSchema = z
  .string()
  .max(120)
  .regex(/^[a-z0-9][a-z0-9._-]*(\/[a-z0-9][a-z0-9._-]*)?$/, 'A skill is named like weather or author/weather.');

export const foundSkillSchema = z.strictObject({ slug: z.string(), name: z.string(), summary: z.string() });
export type FoundSkill = z.infer<typeof foundSkillSchema>;

/** Something that a person changed through the gateway. */
export const deedSchema = z.strictObject({ at: z.iso.datetime(), who: z.string(), what: z.string().max(500) });
export type Deed = z.infer<typeof deedSchema>;

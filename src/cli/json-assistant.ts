import { z } from 'zod';
import {
  channelCheckSchema,
  channelFieldSchema,
  channelKindSchema,
  channelsViewSchema,
} from '../shared/model/channels.ts';
import { keyCheckSchema, modelsViewSchema, probeSchema, spendSchema } from '../shared/model/models.ts';
import {
  fileVersionSchema,
  foundSkillSchema,
  skillSchema,
  workspaceFileSchema,
  workspaceTextViewSchema,
} from '../shared/model/workspace.ts';

/* What `models`, `channels`, `skills` and `files` add to the last line of `--json`. Fields are added, never changed or taken away. */

export const assistantAnswers = {
  models: modelsViewSchema.optional(),
  key: keyCheckSchema.optional(),
  probe: probeSchema.optional(),
  spend: spendSchema.optional(),
  channels: channelsViewSchema.optional(),
  channelKinds: z.array(channelKindSchema).optional(),
  channelFields: z.array(channelFieldSchema).optional(),
  channel: channelCheckSchema.optional(),
  skills: z.array(skillSchema).optional(),
  foundSkills: z.array(foundSkillSchema).optional(),
  renewed: z.int().optional(),
  files: z.array(workspaceFileSchema).optional(),
  file: workspaceTextViewSchema.optional(),
  versions: z.array(fileVersionSchema).optional(),
};

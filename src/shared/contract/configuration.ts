import { z } from 'zod';
import { instanceIdSchema } from '../model/ids.ts';
import {
  configEditSchema,
  configEntrySchema,
  configPreviewSchema,
  configSnapshotSchema,
  configPathSchema,
  configTextSchema,
  whySchema,
} from '../model/configuration.ts';
import { configDescriptionSchema, configLintSchema } from '../model/config-schema.ts';
import { call } from './call.ts';

const one = z.strictObject({ instanceId: instanceIdSchema });
/** `base`: the hash of what the edit was made from. */
const edit = one.extend({ edit: configEditSchema, base: configSnapshotSchema.shape.hash });

export const configurationCalls = {
  /** From the gateway while it runs, else from its file. Secrets are redacted in every reply. */
  'configuration.read': call(one, configSnapshotSchema),
  /** Checked by OpenClaw; changes nothing. @throws `config.conflict`, `config.owned`, `config.dangerous` */
  'configuration.preview': call(edit, configPreviewSchema),
  /** Advice while a text is typed; changes nothing. */
  'configuration.lint': call(one.extend({ text: configTextSchema }), configLintSchema),
  /** Of the document itself with an empty path. */
  'configuration.describe': call(
    one.extend({ path: z.union([z.tuple([]), configPathSchema]) }),
    configDescriptionSchema,
  ),
  /** Null: there was nothing to change. */
  'configuration.apply': call(edit.extend({ why: whySchema.default('') }), configEntrySchema.nullable()),
  /** Newest first. */
  'configuration.history': call(one, z.array(configEntrySchema)),
} as const;

import { z } from 'zod';
import {
  channelCheckSchema,
  channelFieldSchema,
  channelIdSchema,
  channelKindSchema,
  channelLoginSchema,
  channelSecretsSchema,
  channelSettingsSchema,
  channelsViewSchema,
  pairingCodeSchema,
} from '../model/channels.ts';
import { instanceIdSchema } from '../model/ids.ts';
import {
  keyCheckSchema,
  modelChoiceSchema,
  modelsViewSchema,
  probeSchema,
  providerChoiceSchema,
  providerIdSchema,
  providerKeySchema,
  spendSchema,
} from '../model/models.ts';
import {
  deedSchema,
  fileVersionSchema,
  foundSkillSchema,
  hashSchema,
  skillSchema,
  skillSlugSchema,
  workspaceFileNameSchema,
  workspaceFileSchema,
  workspaceTextSchema,
  workspaceTextViewSchema,
} from '../model/workspace.ts';
import { call, done } from './call.ts';

/*
 * What a person decides about the agent itself: which model answers, where people reach it, what it knows. Asked of the
 * gateway while it runs; tokens and keys go in and never come out.
 */

const one = { instanceId: instanceIdSchema };
const channel = { ...one, channel: channelIdSchema };
/** Of a channel with several; absent: the default one, or for a removal all of them. */
const account = z.string().min(1).max(100).optional();
const file = { ...one, file: workspaceFileNameSchema };
const version = { ...file, version: fileVersionSchema.shape.id };
const wish = {
  ...channel,
  account,
  settings: channelSettingsSchema.default({}),
  secrets: channelSecretsSchema.default({}),
};
const key = { choice: providerChoiceSchema, key: providerKeySchema };
const skillKeySchema = z.string().min(1).max(200);

export const modelCalls = {
  'models.read': call(z.strictObject(one), modelsViewSchema),
  'models.choose': call(z.strictObject({ ...one, choice: modelChoiceSchema }), done),
  /** Tries it, then gives it to the gateway. `untested`: also when the provider cannot be asked from here. */
  'models.setKey': call(z.strictObject({ ...one, ...key, untested: z.boolean().default(false) }), keyCheckSchema),
  'models.removeKey': call(z.strictObject({ ...one, provider: providerIdSchema }), done),
  /** The gateway itself asks. */
  'models.probe': call(z.strictObject({ ...one, provider: providerIdSchema }), probeSchema),
  'models.spend': call(z.strictObject(one), spendSchema),

  'channels.list': call(z.strictObject(one), channelsViewSchema),
  'channels.kinds': call(z.strictObject(one), z.array(channelKindSchema)),
  'channels.fields': call(z.strictObject(channel), z.array(channelFieldSchema)),
  /** `anyway`: the warnings were read. */
  'channels.add': call(z.strictObject({ ...wish, anyway: z.boolean().default(false) }), channelCheckSchema),
  'channels.remove': call(z.strictObject({ ...channel, account }), done),
  'channels.restart': call(z.strictObject({ ...channel, account }), done),
  'channels.stop': call(z.strictObject({ ...channel, account }), done),
  'channels.approve': call(z.strictObject({ ...channel, requestId: z.string().min(1).max(200), account }), done),
  'channels.approveCode': call(z.strictObject({ ...channel, code: pairingCodeSchema }), done),
  'channels.dismiss': call(z.strictObject({ ...channel, requestId: z.string().min(1).max(200), account }), done),
  /** A code to scan; `before` waits for the scan of that one, or for the next; `anew` unlinks a phone that is linked. */
  'channels.login': call(
    z.strictObject({ ...channel, account, before: channelLoginSchema.optional(), anew: z.boolean().optional() }),
    channelLoginSchema,
  ),

  'files.list': call(z.strictObject(one), z.array(workspaceFileSchema)),
  'files.read': call(z.strictObject(file), workspaceTextViewSchema),
  /** `before`: hash of what was read; absent: there was no such file. */
  'files.write': call(
    z.strictObject({ ...file, text: workspaceTextSchema, before: hashSchema.optional() }),
    workspaceTextViewSchema,
  ),
  'files.history': call(z.strictObject(file), z.array(fileVersionSchema)),
  'files.version': call(z.strictObject(version), z.strictObject({ text: z.string() })),

  'skills.list': call(z.strictObject(one), z.array(skillSchema)),
  'skills.search': call(
    z.strictObject({ ...one, query: z.string().trim().min(1).max(100) }),
    z.array(foundSkillSchema),
  ),
  'skills.install': call(z.strictObject({ ...one, slug: skillSlugSchema }), done),
  /** Without a name: all that were installed. */
  'skills.update': call(
    z.strictObject({ ...one, slug: skillSlugSchema.optional() }),
    z.strictObject({ renewed: z.int() }),
  ),
  'skills.enable': call(z.strictObject({ ...one, skill: skillKeySchema, enabled: z.boolean() }), done),
  'skills.remove': call(z.strictObject({ ...one, skill: skillKeySchema }), done),

  /** What people changed in this way, newest first. */
  'deeds.list': call(z.strictObject(one), z.array(deedSchema)),
} as const;

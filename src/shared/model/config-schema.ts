import { z } from 'zod';

/** A place in a text that its schema does not accept. */
export const configFaultSchema = z.strictObject({
  from: z.int().min(0),
  to: z.int().min(0),
  /** Empty: the document itself. */
  path: z.string(),
  message: z.string(),
  /** `warning`: a name that the schema does not have; OpenClaw may still know it by an older one. */
  severity: z.enum(['error', 'warning']),
});
export type ConfigFault = z.infer<typeof configFaultSchema>;

/** `none`: nobody knows the schema, and nothing but the form of the text was looked at. */
export const schemaSourceSchema = z.enum(['gateway', 'kept', 'none']);
export type SchemaSource = z.infer<typeof schemaSourceSchema>;

/** More would be read by nobody. */
export const MOST_FAULTS = 100;

export const configLintSchema = z.strictObject({
  schema: schemaSourceSchema,
  faults: z.array(configFaultSchema).max(MOST_FAULTS),
});
export type ConfigLint = z.infer<typeof configLintSchema>;

/** What the schema says of one setting; as much of it as a person reads. */
const described = {
  title: z.string().optional(),
  description: z.string().optional(),
  /** `string`, `number`, `object`; several where it may be one of them. */
  types: z.array(z.string()),
  /** Whole values that it takes, where they can be counted. */
  values: z.array(z.json()).max(200),
};

export const configMemberSchema = z.strictObject({ name: z.string(), ...described });
export type ConfigMember = z.infer<typeof configMemberSchema>;

export const configSettingSchema = z.strictObject({
  ...described,
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  maxLength: z.number().optional(),
  /** A running gateway restarts itself for it. */
  restarts: z.boolean(),
  /** What may stand in it, by name. */
  members: z.array(configMemberSchema).max(500),
});
export type ConfigSetting = z.infer<typeof configSettingSchema>;

/** The setting is absent where the schema does not know it. */
export const configDescriptionSchema = z.strictObject({
  schema: schemaSourceSchema,
  setting: configSettingSchema.optional(),
});
export type ConfigDescription = z.infer<typeof configDescriptionSchema>;

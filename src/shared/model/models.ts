import { z } from 'zod';
import { providerSchema } from './spec.ts';

/** `openrouter/auto`: the provider, a slash, the model as that provider names it. */
export const modelRefSchema = z
  .string()
  .max(300)
  .regex(/^[^\s/]+\/[\x21-\x7e]+$/, 'A model is written PROVIDER/MODEL.');

/** As a person names a provider of their own in openclaw.json. */
export const customProviderIdSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,31}$/, 'Small letters, digits and dashes, beginning with a letter.')
  .refine(
    (id) => !['openrouter', 'anthropic', 'google', 'gemini', 'openai', 'codex'].includes(id),
    'OpenClaw knows a provider of that name itself.',
  );

export const baseUrlSchema = z
  .url({ protocol: /^https?$/, error: 'It is not an address like https://api.example.com/v1.' })
  .max(500)
  .refine((url) => !/[@?#\s]/.test(url), 'No user name, password, ? or # in it: the key goes into its own field.')
  .transform((url) => url.replace(/\/+$/, ''));

/** As OpenClaw names it, in its own lists. */
export const providerIdSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/);

/** Whose key: one of those that OpenClaw knows, anything that speaks as OpenAI does, or one that the gateway lists already. */
export const providerChoiceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('known'), provider: providerSchema }),
  z.strictObject({ kind: z.literal('custom'), id: customProviderIdSchema, baseUrl: baseUrlSchema }),
  z.strictObject({ kind: z.literal('listed'), id: providerIdSchema }),
]);
export type ProviderChoice = z.infer<typeof providerChoiceSchema>;

export const providerKeySchema = z
  .string()
  .min(8, 'A key has at least 8 characters.')
  .max(1024)
  .regex(/^[\x21-\x7e]+$/, 'A key has no spaces.');

/** What a provider said of a key. It never holds the key. */
export const keyCheckSchema = z.strictObject({
  /** False: the provider could not be asked, and the person took it as it is. */
  tested: z.boolean(),
  says: z.string(),
  /** US dollars, where the provider tells. */
  usedUsd: z.number().optional(),
  leftUsd: z.number().optional(),
  /** How many models it offers for this key. */
  models: z.int().optional(),
});
export type KeyCheck = z.infer<typeof keyCheckSchema>;

export const providerViewSchema = z.strictObject({
  /** As OpenClaw names it. */
  id: z.string(),
  name: z.string(),
  /** Where the gateway has its key from. */
  key: z.enum(['stored', 'config', 'environment', 'none']),
  /** In the gateway's words: `static`, `expired`, `missing`… */
  status: z.string(),
  /** Whether the key can be taken away here. */
  removable: z.boolean(),
  baseUrl: z.string().optional(),
});
export type ProviderView = z.infer<typeof providerViewSchema>;

/** How one that is listed is given another key: to where its key is now, and tried where it is known how. Pure. */
export function choiceOf({ id, key, baseUrl }: ProviderView): ProviderChoice {
  const known = providerSchema.safeParse(id === 'google' ? 'gemini' : id);
  if (known.success) return { kind: 'known', provider: known.data };
  const custom = providerChoiceSchema.safeParse({ kind: 'custom', id, baseUrl });
  return custom.success && key !== 'stored' ? custom.data : { kind: 'listed', id };
}

export const modelViewSchema = z.strictObject({
  ref: z.string(),
  name: z.string(),
  provider: z.string(),
  contextWindow: z.number().optional(),
  /** False: there is no key that works for it. */
  available: z.boolean(),
});
export type ModelView = z.infer<typeof modelViewSchema>;

export const modelChoiceSchema = z.strictObject({
  primary: modelRefSchema,
  /** Asked one after another when the one before does not answer. */
  fallbacks: z.array(modelRefSchema).max(10, 'At most 10 fallbacks.').default([]),
});
export type ModelChoice = z.output<typeof modelChoiceSchema>;

export const modelsViewSchema = z.strictObject({
  primary: z.string().optional(),
  fallbacks: z.array(z.string()),
  providers: z.array(providerViewSchema),
  models: z.array(modelViewSchema),
  /** The gateway is still asking providers, or could not: the list may be short. */
  incomplete: z.boolean(),
});
export type ModelsView = z.infer<typeof modelsViewSchema>;

const amountSchema = z.strictObject({ usd: z.number(), tokens: z.number() });

export const spendSchema = z.strictObject({
  today: amountSchema,
  week: amountSchema,
  month: amountSchema,
  /** Answers whose price the gateway does not know are not in the sums. */
  unpriced: z.int(),
  /** The last 30 days, oldest first. */
  daily: z.array(amountSchema.extend({ date: z.string() })),
  /** Of the last 30 days, dearest first. */
  byModel: z.array(amountSchema.extend({ model: z.string() })),
});
export type Spend = z.infer<typeof spendSchema>;

/** What the gateway itself found when it asked a provider. */
export const probeSchema = z.strictObject({
  works: z.boolean(),
  says: z.string(),
  latencyMs: z.number().optional(),
});
export type ProviderProbe = z.infer<typeof probeSchema>;

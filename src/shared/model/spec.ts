import { z } from 'zod';
import { instanceNameSchema } from './ids.ts';
import { ingressSchema } from './ingress.ts';
import { resourceLimitsSchema } from './resources.ts';
import { portSchema, targetSchema } from './target.ts';

export const providerSchema = z.enum(['openrouter', 'anthropic', 'gemini', 'openai']);
export type Provider = z.infer<typeof providerSchema>;

export const versionSchema = z.string().regex(/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/, 'A version looks like 2026.9.6.');

/** `build`: made on the engine from Hardshell's own recipe. Else a reference, as `docker pull` takes it. */
export const imageChoiceSchema = z
  .string()
  .max(255)
  .regex(
    /^(?!-)[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?::\d{1,5})?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*(?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/,
    'An image is build, or a reference like ghcr.io/openclaw/openclaw:2026.9.6.',
  );

/** What a person asks for. It holds no secret: those travel beside it, see `DeploymentSecrets`. */
export const deploymentSpecSchema = z.strictObject({
  name: instanceNameSchema,
  target: targetSchema,
  /** Exact; absent: the newest that the registry has when the instance is first deployed. */
  version: versionSchema.optional(),
  /** The gateway's port on the target; absent: 18789, or on this computer the next free one. */
  port: portSchema.optional(),
  provider: providerSchema.optional(),
  /** As OpenClaw writes it: `openrouter/google/gemini-3.1-pro-preview`. */
  model: z
    .string()
    .regex(/^[a-z0-9][\w.-]*(\/[\w.:@-]+)+$/i, 'A model looks like provider/model.')
    .optional(),
  /** What the agent is told about itself; goes into IDENTITY.md and SOUL.md of its workspace. */
  instructions: z.string().max(200_000).optional(),
  telemetry: z.boolean().default(false),
  installer: z.enum(['pinned', 'official']).default('pinned'),
  /** Whether to switch ufw on (servers only). */
  firewall: z.boolean().default(false),
  /** Docker only; absent: OpenClaw's own image of that version. */
  image: imageChoiceSchema.optional(),
  /** Docker only; absent: 2 GB and 2 processors. */
  limits: resourceLimitsSchema.optional(),
  /** Absent: as it is; of a new instance, a tunnel. */
  ingress: ingressSchema.optional(),
});
export type DeploymentSpec = z.infer<typeof deploymentSpecSchema>;
export type DeploymentSpecInput = z.input<typeof deploymentSpecSchema>;

/** The shape of the JSON object that `--secrets-stdin` reads. */
export const deploymentSecretsSchema = z.strictObject({
  sshPassword: z.string().min(1).optional(),
  sudoPassword: z.string().min(1).optional(),
  keyPassphrase: z.string().min(1).optional(),
  providerKey: z
    .string()
    .min(1)
    .max(4096)
    .regex(/^[\x21-\x7e]+$/, 'A key has no spaces.')
    .optional(),
  telegramToken: z
    .string()
    .regex(/^\d{3,20}:[A-Za-z0-9_-]{10,100}$/, 'A Telegram token looks like 123456:ABC….')
    .optional(),
  /** For A records below a base domain: may edit the DNS of that zone, and nothing else. */
  cloudflareToken: z
    .string()
    .min(1)
    .max(1024)
    .regex(/^[\x21-\x7e]+$/, 'A token has no spaces.')
    .optional(),
  /** Of a recovery sheet: opens the backups of another Hardshell, or of one whose secret store is lost. */
  backupKey: z
    .string()
    .regex(/^AGE-SECRET-KEY-1[0-9A-Z]+$/, 'The key of a recovery sheet begins with AGE-SECRET-KEY-1.')
    .max(200)
    .optional(),
});
export type DeploymentSecretsInput = z.infer<typeof deploymentSecretsSchema>;

import { posix, win32 } from 'node:path';
import { z } from 'zod';
import { AppError } from '../shared/app-error.ts';
import { addressSchema, imageRepositorySchema } from '../shared/model/address.ts';
import { imageChoiceSchema } from '../shared/model/spec.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What the environment may say. Absent: core's default. */
export interface Settings {
  readonly dataDir?: string;
  readonly passphraseFile?: string;
  readonly mirrorNode?: string;
  readonly mirrorNpm?: string;
  readonly mirrorInstaller?: string;
  readonly mirrorCaddy?: string;
  readonly mirrorDocker?: string;
  readonly mirrorImage?: string;
  readonly instanceRange?: string;
  readonly proxyImage?: string;
  readonly cloudflareApi?: string;
  readonly telegramApi?: string;
  readonly sshAgent?: string;
  readonly logLevel?: LogLevel;
}

const logLevelSchema = z.enum(['debug', 'info', 'warn', 'error'], 'It is one of debug, info, warn, error.');
export type LogLevel = z.infer<typeof logLevelSchema>;

/** With room for the network of at least one instance. */
const rangeSchema = z
  .cidrv4('It is not a network like 10.213.0.0/16.')
  .refine((range) => Number(range.replace(/^.*\//, '')) <= 28, 'It is smaller than a /28.');

const NO_CONTROL = /^\P{Cc}*$/u;

function pathSchema(platform: NodeJS.Platform) {
  const rules = platform === 'win32' ? win32 : posix;
  return z
    .string()
    .regex(NO_CONTROL, 'It holds control characters.')
    .refine((path) => rules.isAbsolute(path), 'It is not an absolute path.');
}

/**
 * Reads the variables that Hardshell knows; an empty one counts as absent. Pure.
 * @throws AppError `usage.invalid` that names the variable and never its value
 */
export function parseSettings(env: Environment, platform: NodeJS.Platform): Settings {
  const path = pathSchema(platform);
  const found = {
    dataDir: read(env, 'HARDSHELL_DATA_DIR', path),
    passphraseFile: read(env, 'HARDSHELL_PASSPHRASE_FILE', path),
    mirrorNode: read(env, 'HARDSHELL_MIRROR_NODE', addressSchema),
    mirrorNpm: read(env, 'HARDSHELL_MIRROR_NPM', addressSchema),
    mirrorInstaller: read(env, 'HARDSHELL_MIRROR_INSTALLER', addressSchema),
    mirrorCaddy: read(env, 'HARDSHELL_MIRROR_CADDY', addressSchema),
    mirrorDocker: read(env, 'HARDSHELL_MIRROR_DOCKER', addressSchema),
    mirrorImage: read(env, 'HARDSHELL_MIRROR_IMAGE', imageRepositorySchema),
    instanceRange: read(env, 'HARDSHELL_DOCKER_RANGE', rangeSchema),
    proxyImage: read(env, 'HARDSHELL_PROXY_IMAGE', imageChoiceSchema),
    cloudflareApi: read(env, 'HARDSHELL_CLOUDFLARE_API', addressSchema),
    telegramApi: read(env, 'HARDSHELL_TELEGRAM_API', addressSchema),
    logLevel: read(env, 'HARDSHELL_LOG', logLevelSchema),
    sshAgent: read(env, 'SSH_AUTH_SOCK', z.string().regex(NO_CONTROL, 'It holds control characters.')),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

function read<T>(env: Environment, name: string, schema: z.ZodType<T>): T | undefined {
  const text = env[name];
  if (text === undefined || text === '') return undefined;
  const parsed = schema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new AppError('usage.invalid', {
    message: `The variable ${name} cannot be used. ${parsed.error.issues[0]?.message ?? ''}`.trim(),
    hint: `Correct ${name} in the environment, or unset it.`,
  });
}

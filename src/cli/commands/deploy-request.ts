import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { deploymentSpecSchema, type DeploymentSpec, type DeploymentSpecInput } from '../../shared/model/spec.ts';
import type { SshHop, Target } from '../../shared/model/target.ts';
import { usageError } from './command.ts';

/** The options of `deploy`, each parsed. */
export interface DeployOptions {
  readonly to: Target;
  readonly identity?: string;
  readonly jump?: readonly SshHop[];
  readonly trustHostKey?: readonly string[];
  readonly secretsStdin?: boolean;
  readonly version?: string;
  readonly port?: number;
  readonly provider?: DeploymentSpec['provider'];
  readonly model?: string;
  readonly instructions?: string;
  readonly telemetry?: 'on' | 'off';
  readonly installer?: DeploymentSpec['installer'];
  readonly firewall?: boolean;
  /** Minutes. */
  readonly deadline?: number;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

const MAX_INSTRUCTIONS_BYTES = 200_000;

/** Reads the files that the options name, and checks the whole. @throws AppError `usage.invalid` */
export async function readSpec(name: string, options: DeployOptions, cwd: string): Promise<DeploymentSpec> {
  const instructions =
    options.instructions === undefined ? undefined : await readInstructions(resolve(cwd, options.instructions));
  const input: DeploymentSpecInput = {
    name,
    target: await readTarget(options, cwd),
    telemetry: options.telemetry === 'on',
    firewall: options.firewall === true,
    ...(options.installer === undefined ? {} : { installer: options.installer }),
    ...(options.version === undefined ? {} : { version: options.version }),
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.provider === undefined ? {} : { provider: options.provider }),
    ...(options.model === undefined ? {} : { model: options.model }),
    ...(instructions === undefined ? {} : { instructions }),
  };
  if (options.model !== undefined && options.provider === undefined) {
    throw usageError('--model needs --provider.', 'For example --provider openrouter --model openrouter/auto.');
  }
  if (options.firewall === true && options.to.kind === 'local') {
    throw usageError('--firewall is for servers: the firewall of this computer is left to you.');
  }
  const parsed = deploymentSpecSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw usageError(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}

async function readTarget({ to, identity, jump }: DeployOptions, cwd: string): Promise<Target> {
  if (to.kind === 'local') {
    const stray = identity !== undefined ? '--identity' : jump !== undefined ? '--jump' : undefined;
    if (stray !== undefined) throw usageError(`${stray} is for servers: leave it out with --to local.`);
    return to;
  }
  return {
    ...to,
    ...(jump === undefined ? {} : { jumps: [...jump] }),
    ...(identity === undefined ? {} : { identityFile: await readableFile(resolve(cwd, identity), '--identity') }),
  };
}

async function readableFile(path: string, option: string): Promise<string> {
  try {
    if ((await stat(path)).isFile()) return path;
  } catch {
    // As good as not there: the sentence is the same.
  }
  throw usageError(`${option}: there is no file ${path}.`);
}

async function readInstructions(path: string): Promise<string> {
  await readableFile(path, '--instructions');
  const { size: sizeBytes } = await stat(path);
  if (sizeBytes > MAX_INSTRUCTIONS_BYTES)
    throw usageError(`--instructions: ${path} is larger than ${String(MAX_INSTRUCTIONS_BYTES / 1000)} kB.`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (error) {
    throw usageError(
      error instanceof TypeError
        ? `--instructions: ${path} is not text in UTF-8.`
        : `--instructions: ${path} cannot be read.`,
    );
  }
}

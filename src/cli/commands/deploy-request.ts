import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import { deploymentSpecSchema, type DeploymentSpec, type DeploymentSpecInput } from '../../shared/model/spec.ts';
import { findServer, type SshHop, type Target } from '../../shared/model/target.ts';
import type { Instance } from '../../shared/model/instance.ts';
import { readAccess, type AccessOptions } from './access-options.ts';
import { usageError } from './command.ts';
import { readLimits, type LimitOptions } from './limit-options.ts';

/** The options of `deploy`, each parsed. */
export interface DeployOptions extends AccessOptions, LimitOptions {
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
  readonly image?: string;
  /** Minutes. */
  readonly deadline?: number;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

export const fingerprintSchema = z
  .string()
  .regex(/^SHA256:[A-Za-z0-9+/]{43}=?$/, 'A fingerprint looks like SHA256: and 43 characters.')
  .transform((text) => text.replace(/=$/, ''));

const MAX_INSTRUCTIONS_BYTES = 200_000;

/**
 * Reads the files that the options name, and checks the whole.
 * @param findExisting the instance of that name: what its limits and its access are, and is not named, stays
 * @throws AppError `usage.invalid`
 */
export async function readSpec(
  name: string,
  options: DeployOptions,
  cwd: string,
  findExisting: () => Promise<Instance | undefined>,
): Promise<DeploymentSpec> {
  refuseStray(options);
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
    ...(options.image === undefined ? {} : { image: options.image }),
    ...(await readChanging(options, cwd, findExisting)),
  };
  const parsed = deploymentSpecSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw usageError(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}

/** @throws AppError `usage.invalid` for an option that means nothing there */
function refuseStray({ to, image, memory, cpus, firewall, installer, model, provider }: DeployOptions): void {
  if (model !== undefined && provider === undefined) {
    throw usageError('--model needs --provider.', 'For example --provider openrouter --model openrouter/auto.');
  }
  if (to.kind === 'docker') {
    if (firewall === true)
      throw usageError('--firewall is not for Docker: ufw does not filter what an engine publishes.');
    if (installer === 'official') throw usageError('--installer is not for Docker: OpenClaw comes with the image.');
    return;
  }
  if (firewall === true && to.kind === 'local') {
    throw usageError('--firewall is for servers: the firewall of this computer is left to you.');
  }
  const stray = image !== undefined ? '--image' : memory !== undefined ? '--memory' : '--cpus';
  if (image !== undefined || memory !== undefined || cpus !== undefined)
    throw usageError(`${stray} is for Docker.`, 'Add --to docker, or --to docker+ssh://USER@HOST.');
}

/** What can be changed by other commands as well: asked for in part, the rest stays as it is. */
async function readChanging(
  options: DeployOptions,
  cwd: string,
  findExisting: () => Promise<Instance | undefined>,
): Promise<Pick<DeploymentSpec, 'limits' | 'ingress'>> {
  const asked = [options.memory, options.cpus, options.access, options.acmeDir, options.acmeRoot, options.email];
  if (asked.every((option) => option === undefined)) return {};
  const existing = await findExisting();
  const limits = readLimits(options, existing?.limits);
  const ingress = await readAccess(options, existing?.ingress, cwd);
  return { ...(limits === undefined ? {} : { limits }), ...(ingress === undefined ? {} : { ingress }) };
}

/** The place, with how it is signed in to. @throws AppError `usage.invalid` */
export async function readTarget(
  { to, identity, jump }: Pick<DeployOptions, 'to' | 'identity' | 'jump'>,
  cwd: string,
): Promise<Target> {
  const found = findServer(to);
  if (found === undefined) {
    const stray = identity !== undefined ? '--identity' : jump !== undefined ? '--jump' : undefined;
    if (stray !== undefined) throw usageError(`${stray} is for servers: leave it out with ${to.kind}.`);
    return to;
  }
  const server = {
    ...found,
    ...(jump === undefined ? {} : { jumps: [...jump] }),
    ...(identity === undefined ? {} : { identityFile: await readableFile(resolve(cwd, identity), '--identity') }),
  };
  return to.kind === 'docker' ? { ...to, server } : server;
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

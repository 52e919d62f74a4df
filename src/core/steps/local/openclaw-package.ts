import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import semver from 'semver';
import { z } from 'zod';
import { AppError } from '../../../shared/app-error.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import { withoutLogin } from '../../facts/network.ts';
import { change } from '../../host/command.ts';
import { npmInstallArguments, npmInstallEnvironment } from '../../openclaw/npm-install.ts';
import { watchNpm } from '../../openclaw/npm-output.ts';
import { buildEnvironment, type Environment } from '../../supervisor/gateway-environment.ts';
import { hasCode, makePrivateDir, PRIVATE_FILE, writeFileAtomic } from '../../system/atomic-file.ts';
import { expectInstalled } from '../server/openclaw-package.ts';
import type { ApplyContext, Step } from '../step.ts';
import { packageIn, type LocalLayout } from './local-layout.ts';

/** What must still fit on the disk after an install that claims to be whole. */
const ROOM_BYTES = 1_000_000;

/**
 * OpenClaw by npm, in a prefix of this instance alone, so that upstream's own `openclaw update` works there. npm installs
 * beside it; only what is whole is renamed into place.
 */
export function openclawPackageStep(layout: LocalLayout, version: string, registry: string): Step {
  const { prefixDir, stagingDir } = layout;
  return {
    id: 'openclaw',
    title: `Install OpenClaw ${version}`,
    facts: [],
    timeoutMs: 12 * 60_000,
    async check() {
      const found = await readInstalledVersion(layout.packageDir);
      if (found === undefined) return needed('OpenClaw is not installed');
      if (found === version) return satisfied(`OpenClaw ${version} is installed`);
      // The person, or OpenClaw itself, has updated it since.
      if (semver.gt(found, version)) return satisfied(`OpenClaw ${found} is installed, newer than ${version}`);
      throw new AppError('preflight.version-differs', {
        message: `OpenClaw ${found} is installed, ${version} was asked for.`,
        details: { installed: found, wanted: version },
      });
    },
    async apply(context) {
      await installBeside(layout, version, registry, context);
      await context.act('Putting OpenClaw in its place', async () => {
        const retired = join(layout.dir, 'prefix.old');
        await rm(retired, { recursive: true, force: true });
        await rename(prefixDir, retired).catch((error: unknown) => {
          if (!hasCode(error, 'ENOENT')) throw error;
        });
        await rename(stagingDir, prefixDir);
        // What npm downloaded is unpacked now, and nobody needs it twice.
        await Promise.all([retired, layout.npmCacheDir].map((dir) => rm(dir, { recursive: true, force: true })));
      });
    },
  };
}

/** Into the folder for what is not whole yet; whole when this returns. */
export async function installBeside(
  layout: LocalLayout,
  version: string,
  registry: string,
  { act, change: run, note }: ApplyContext,
): Promise<void> {
  const { platform, stagingDir } = layout;
  await act('Making room for OpenClaw', async () => {
    await makePrivateDir(layout.dir);
    await rm(stagingDir, { recursive: true, force: true });
  });
  note(`npm installs about 330 packages from ${withoutLogin(registry)}`);
  const args = npmInstallArguments({ spec: `openclaw@${version}`, registry: withoutLogin(registry) });
  const places = [
    '--prefer-offline',
    `--cache=${layout.npmCacheDir}`,
    `--globalconfig=${layout.npmrcFile}`,
    '--prefix',
    stagingDir,
  ];
  const command = change([layout.node, layout.npmCli, ...args, ...places], { env: npmInstallEnvironment() });
  const doing = `Installing OpenClaw ${version}`;
  const told: string[] = [];
  try {
    await act('Telling npm how to sign in', () => {
      told.push(layout.npmrcFile);
      // Not by a second file: one that a killed run leaves has to be the one that the next run takes away.
      return writeFile(layout.npmrcFile, formatNpmrc(registry), { mode: PRIVATE_FILE });
    });
    expectInstalled(await run(command, { doing, quiet: true, ...watchNpm(doing, note) }), doing);
  } finally {
    for (const file of told) await rm(file, { force: true });
  }
  const installed = await readInstalledVersion(packageIn(stagingDir, platform));
  if (installed !== version) {
    throw new AppError('download.integrity', {
      message: `npm was asked for OpenClaw ${version} and installed ${installed ?? 'nothing'}.`,
    });
  }
  await act('Trying whether the disk has room', async () => {
    // npm takes a disk that was full at the very end for a success.
    await writeFileAtomic(join(stagingDir, 'room'), Buffer.alloc(ROOM_BYTES));
    await rm(join(stagingDir, 'room'));
  });
}

/**
 * npm's settings for the login that a mirror's address may hold: command lines can be read by everybody, this file by its
 * account alone. Pure.
 */
export function formatNpmrc(registry: string): string {
  const { username, password, host, pathname } = new URL(registry);
  if (username === '') return '';
  const login = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
  return `//${host}${pathname.replace(/\/?$/, '/')}:_auth=${login}\n`;
}

const packageSchema = z.object({ name: z.literal('openclaw'), version: z.string() });

/** The version that the package's own file names, without running it; undefined where there is none. */
export async function readInstalledVersion(packageDir: string): Promise<string | undefined> {
  try {
    const parsed = packageSchema.safeParse(JSON.parse(await readFile(join(packageDir, 'package.json'), 'utf8')));
    return parsed.success ? parsed.data.version : undefined;
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR') || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The environment of every program that we run with the Node.js of an instance. Pure. */
export function buildToolEnvironment(layout: LocalLayout, inherited: Environment): Record<string, string> {
  return buildEnvironment({
    platform: layout.platform,
    inherited,
    node: layout.node,
    binDirs: layout.binDirs,
    env: {},
  });
}

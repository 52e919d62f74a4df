import { chmod, copyFile, lstat, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../shared/app-error.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import { Secret } from '../../../shared/secret.ts';
import { change } from '../../host/command.ts';
import { planConfigPatch, type ConfigPatch, type GatewaySettings } from '../../openclaw/config-patch.ts';
import { expectValidConfig } from '../../openclaw/validate-result.ts';
import { hasCode, makePrivateDir, PRIVATE_DIR, PRIVATE_FILE, writeFileAtomic } from '../../system/atomic-file.ts';
import { readPlainToken, type TokenKeeper } from '../server/gateway-token.ts';
import type { ApplyContext, Step } from '../step.ts';
import { localEnvironment, type LocalLayout } from './local-layout.ts';

/**
 * openclaw.json as a minimal patch over what is there, in a state folder of its own (0700, 0600). OpenClaw's own validator
 * sees what was there and what is to be, before anything is replaced; a file that says the right things already is not
 * shown to it, because it takes seconds.
 */
export function configFileStep(
  layout: LocalLayout,
  settings: Omit<GatewaySettings, 'token'>,
  keeper: TokenKeeper,
): Step {
  return patchedConfigStep(layout, async (text) => {
    // Before the token step has run there is no token: any other will do to see what would change.
    const token = readPlainToken(text) ?? (await keeper.read()) ?? new Secret('0'.repeat(64));
    return planConfigPatch(text, { ...settings, token });
  });
}

/** @param plan what openclaw.json is to become, made from what it says */
export function patchedConfigStep(layout: LocalLayout, plan: (text: string | undefined) => Promise<ConfigPatch>): Step {
  const { configFile, stateDir, platform } = layout;
  return {
    id: 'config',
    title: 'Write openclaw.json',
    facts: [],
    timeoutMs: 3 * 60_000,
    async check() {
      const { changes, severity } = await plan(await readConfigText(configFile));
      if (changes.length > 0) return needed(`to be set: ${changes.map(({ path }) => path).join(', ')}`, severity);
      const closed = platform === 'win32' || ((await isClosed(stateDir)) && (await isClosed(configFile)));
      return closed ? satisfied('openclaw.json says what it should') : needed('others could read openclaw.json');
    },
    async apply(context) {
      const text = await readConfigText(configFile);
      const patch = await plan(text);
      await context.act('Closing the state folder to others', async () => {
        await makePrivateDir(stateDir);
        await chmod(stateDir, PRIVATE_DIR);
        if (text !== undefined) await chmod(configFile, PRIVATE_FILE);
      });
      if (patch.changes.length === 0) return;
      const draft = join(stateDir, '.hardshell-config.json');
      const drafts: string[] = [];
      try {
        await context.act('Drafting openclaw.json', () => {
          drafts.push(draft);
          return writeFileAtomic(draft, patch.text);
        });
        if (text !== undefined) await validate(context, layout, configFile, text);
        await validate(context, layout, draft, patch.text);
        await context.act('Writing openclaw.json', async () => {
          if ((await readConfigText(configFile)) !== text) {
            throw new AppError('config.rejected', {
              message: 'openclaw.json was changed by somebody else in this moment.',
              hint: 'Try again.',
            });
          }
          if (text !== undefined) await copyFile(configFile, `${configFile}.before-hardshell`);
          await rename(draft, configFile);
        });
      } finally {
        for (const file of drafts) await rm(file, { force: true });
      }
    },
  };
}

/** @throws AppError `config.rejected` */
async function validate(context: ApplyContext, layout: LocalLayout, path: string, text: string): Promise<void> {
  const command = change([layout.node, layout.openclaw, 'config', 'validate', '--json'], {
    env: { ...localEnvironment(layout), OPENCLAW_CONFIG_PATH: path },
    slow: true,
  });
  expectValidConfig(await context.change(command, { quiet: true }), text);
}

/** Undefined where there is none yet. @throws AppError `config.unreadable` for a link: OpenClaw itself does not follow one */
export async function readConfigText(configFile: string): Promise<string | undefined> {
  try {
    if (!(await lstat(configFile)).isFile()) {
      throw new AppError('config.unreadable', {
        message: 'openclaw.json is not a regular file.',
        hint: 'Put the file itself there: OpenClaw does not follow links.',
      });
    }
    return await readFile(configFile, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

async function isClosed(path: string): Promise<boolean> {
  return ((await lstat(path)).mode & 0o077) === 0;
}

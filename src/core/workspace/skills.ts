import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { AppError, isAppError } from '../../shared/app-error.ts';
import type { Deeds } from '../models/deeds.ts';
import { readReason, type GatewayTalk, type WithGateway } from '../models/gateway-talk.ts';
import type { Skills } from '../api-agent.ts';

const STATUS_TIMEOUT_MS = 60_000;
/** It is fetched and looked through on the machine of the gateway. */
const INSTALL_TIMEOUT_MS = 5 * 60_000;
/** How often, and after how long, it is asked whether it follows its config. */
const FOLLOW_LOOKS = 20;
const FOLLOW_MS = 500;

export interface SkillsServices {
  readonly withGateway: WithGateway;
  readonly deeds: Deeds;
  /** Runs a script of Node.js on the instance's machine, as its account. @throws AppError */
  readonly scriptThere: (
    name: string,
    script: string,
    args: readonly string[],
    signal?: AbortSignal,
  ) => Promise<string>;
}

const statusSchema = z.object({
  workspaceDir: z.string(),
  managedSkillsDir: z.string().optional(),
  skills: z.array(
    z.object({
      name: z.string(),
      description: z.string().default(''),
      source: z.string().default(''),
      bundled: z.boolean().default(false),
      skillKey: z.string(),
      baseDir: z.string(),
      emoji: z.string().optional(),
      disabled: z.boolean().default(false),
      eligible: z.boolean().default(false),
      missing: z.record(z.string(), z.array(z.string())).default({}),
    }),
  ),
});

const searchSchema = z.object({
  results: z.array(
    z.object({
      slug: z.string(),
      displayName: z.string().nullish(),
      name: z.string().nullish(),
      summary: z.string().nullish(),
    }),
  ),
});
const updateSchema = z.object({
  config: z
    .object({ results: z.array(z.object({ ok: z.boolean().optional(), changed: z.boolean().optional() })).optional() })
    .optional(),
});

/** Takes a folder away that lies directly in one of the folders named after it, and nothing else. */
export const removeSkillScript = `
const { realpathSync, rmSync } = require('node:fs');
const { dirname } = require('node:path');
const [dir, ...roots] = process.argv.slice(1);
const real = realpathSync(dir);
const inside = roots.some((root) => { try { return dirname(real) === realpathSync(root); } catch { return false; } });
if (!inside) { console.error('not a folder of skills: ' + dir); process.exit(3); }
rmSync(real, { recursive: true });
`;

export function createSkills({ withGateway, deeds, scriptThere }: SkillsServices): Skills {
  const readStatus = (talk: GatewayTalk): Promise<z.infer<typeof statusSchema>> =>
    talk.ask(statusSchema, 'skills.status', {}, STATUS_TIMEOUT_MS);
  const attempt = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      if (!isAppError(error, 'gateway.rpc')) throw error;
      const reason = readReason(error);
      throw new AppError('skill.failed', {
        ...(/ENOTFOUND|ECONNREFUSED|fetch failed|EAI_AGAIN/.test(reason)
          ? {
              message: 'The gateway does not reach ClawHub, where skills come from.',
              hint: 'Check the network of its machine, then try again.',
            }
          : {}),
        details: { reason },
      });
    }
  };
  const find = async (talk: GatewayTalk, key: string): Promise<z.infer<typeof statusSchema>['skills'][number]> => {
    const found = (await readStatus(talk)).skills.find((skill) => skill.skillKey === key || skill.name === key);
    if (found === undefined) throw new AppError('skill.unknown', { message: `There is no skill ${key} here.` });
    return found;
  };

  return {
    list: (name, options) =>
      withGateway(name, options, async (talk) =>
        (await readStatus(talk)).skills.map(
          ({ skillKey, name: called, description, emoji, source, bundled, disabled, eligible, missing }) => ({
            key: skillKey,
            name: called,
            description,
            source,
            bundled,
            enabled: !disabled,
            ready: eligible && !disabled,
            missing: Object.values(missing).flat(),
            ...(emoji === undefined ? {} : { emoji }),
          }),
        ),
      ),
    search: (name, query, options) =>
      withGateway(name, options, async (talk) => {
        const { results } = await attempt(
          talk.ask(searchSchema, 'skills.search', { query, limit: 20 }, STATUS_TIMEOUT_MS),
        );
        return results.map(({ slug, displayName, name: called, summary }) => ({
          slug,
          name: displayName ?? called ?? slug,
          summary: summary ?? '',
        }));
      }),
    install: (name, slug, options) =>
      withGateway(name, options, async (talk) => {
        await attempt(talk.ask(z.unknown(), 'skills.install', { source: 'clawhub', slug }, INSTALL_TIMEOUT_MS));
        await deeds.note(talk.instance.id, `Skill ${slug}: installed`);
      }),
    update: (name, slug, options) =>
      withGateway(name, options, async (talk) => {
        const which = slug === undefined ? { all: true } : { slug };
        const params = { source: 'clawhub', ...which };
        const { config } = await attempt(talk.ask(updateSchema, 'skills.update', params, INSTALL_TIMEOUT_MS));
        const results = config?.results ?? [];
        if (results.some(({ ok }) => ok === false)) throw new AppError('skill.failed', { details: { results } });
        const renewed = results.filter(({ changed = true }) => changed).length;
        if (renewed > 0) await deeds.note(talk.instance.id, `Skills: ${String(renewed)} updated`);
        return renewed;
      }),
    enable: (name, key, enabled, options) =>
      withGateway(name, options, async (talk) => {
        const { skillKey } = await find(talk, key);
        await talk.ask(z.unknown(), 'skills.update', { skillKey, enabled }, STATUS_TIMEOUT_MS);
        // It answers when its config is written, and follows what it has written a moment later.
        for (let looks = 0; looks < FOLLOW_LOOKS; looks += 1) {
          if ((await find(talk, key)).disabled !== enabled) break;
          await pause(FOLLOW_MS, undefined, { signal: options?.signal });
        }
        await deeds.note(talk.instance.id, `Skill ${key}: switched ${enabled ? 'on' : 'off'}`);
      }),
    remove: (name, key, options) =>
      withGateway(name, options, async (talk) => {
        const { baseDir, bundled } = await find(talk, key);
        if (bundled) {
          throw new AppError('skill.failed', {
            message: 'This skill came with OpenClaw and cannot be removed.',
            hint: 'Switch it off instead.',
          });
        }
        const { workspaceDir, managedSkillsDir } = await readStatus(talk);
        const roots = [`${workspaceDir}/skills`, ...(managedSkillsDir === undefined ? [] : [managedSkillsDir])];
        await attempt(scriptThere(name, removeSkillScript, [baseDir, ...roots], options?.signal));
        await deeds.note(talk.instance.id, `Skill ${key}: removed`);
      }),
  };
}

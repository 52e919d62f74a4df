import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { anInstance } from '../../../test/cli/samples.ts';
import { tempDataDir } from '../../../test/lab/temp-data-dir.ts';
import { AppError } from '../../shared/app-error.ts';
import { configEntryIdSchema, REDACTED } from '../../shared/model/configuration.ts';
import { createTalk } from '../models/gateway-talk.ts';
import { createConfigWitness } from './config-witness.ts';
import { createConfigHistory } from './history.ts';

const TOKEN = '123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQ';

async function open() {
  const folder = await tempDataDir();
  const now = (): number => Date.parse('2026-09-20T12:00:00Z');
  let ids = 0;
  const newId = () => configEntryIdSchema.parse(`c-${(ids += 1).toString(16).padStart(16, '0')}`);
  const history = createConfigHistory(folder.path, now, newId);
  const gateway = { version: 1, level: 'info', refuses: false, isAsked: true, more: {}, meanwhile: 'info' };
  const call = (method: string): Promise<unknown> => {
    const hash = `h${String(gateway.version)}`;
    if (method === 'config.get' && !gateway.isAsked) return Promise.reject(new AppError('gateway.unreachable'));
    if (method === 'plugins.install')
      Object.assign(gateway, {
        more: { plugins: { entries: { codex: { enabled: true } } } },
        level: gateway.meanwhile,
      });
    const parsed = {
      ...gateway.more,
      logging: { level: gateway.level },
      channels: { telegram: { botToken: REDACTED } },
    };
    if (method === 'config.get') return Promise.resolve({ hash, raw: JSON.stringify(parsed), parsed });
    if (gateway.refuses) return Promise.reject(new AppError('gateway.rpc', { details: { reason: 'invalid config' } }));
    gateway.version += 1;
    return Promise.resolve({ ok: true, hash: `h${String(gateway.version)}` });
  };
  const instance = anInstance();
  const witness = createConfigWitness({ history, who: 'anna@laptop', now, newId });
  return {
    gateway,
    history,
    instance,
    talk: createTalk(instance, { call }, undefined, witness),
    kept: () => readFile(join(folder.path, `${instance.id}.json`), 'utf8'),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

it('what is changed through the gateway has a name in the history, and no secret', async () => {
  await using it = await open();
  await it.talk.patchConfig(() => ({ channels: { telegram: { botToken: TOKEN, enabled: true } } }));
  expect(await it.history.list(it.instance.id)).toMatchObject([
    {
      by: 'hardshell',
      who: 'anna@laptop',
      hash: 'h2',
      changes: [
        { path: ['channels', 'telegram', 'botToken'], before: REDACTED, after: REDACTED, isSecret: true },
        { path: ['channels', 'telegram', 'enabled'], after: true },
      ],
    },
  ]);
  expect(await it.kept()).not.toContain(TOKEN);
});

it('is not noticed once more by who looks afterwards', async () => {
  await using it = await open();
  await it.talk.patchConfig(() => ({ logging: { level: 'debug' } }));
  await it.history.notice(it.instance.id, { source: 'gateway', hash: 'h2', value: { logging: { level: 'debug' } } });
  expect(await it.history.list(it.instance.id)).toHaveLength(1);
});

it('what others did before stays theirs', async () => {
  await using it = await open();
  await it.history.notice(it.instance.id, {
    source: 'gateway',
    hash: 'h0',
    value: { logging: { level: 'warn' }, channels: { telegram: { botToken: REDACTED } } },
  });
  await it.talk.patchConfig(() => ({ logging: { level: 'debug' } }));
  expect(await it.history.list(it.instance.id)).toMatchObject([
    { by: 'hardshell', changes: [{ path: ['logging', 'level'], before: 'info', after: 'debug' }] },
    { by: 'outside', changes: [{ path: ['logging', 'level'], before: 'warn', after: 'info' }] },
  ]);
});

it('what was refused, or was so already, is no change', async () => {
  await using it = await open();
  await it.talk.patchConfig(() => ({ logging: { level: 'info' } }));
  it.gateway.refuses = true;
  await expect(it.talk.patchConfig(() => ({ logging: { level: 'loud' } }))).rejects.toMatchObject({
    code: 'gateway.rpc',
  });
  expect(await it.history.list(it.instance.id)).toEqual([]);
});

const install = ({ talk }: Awaited<ReturnType<typeof open>>): Promise<void> =>
  talk.askToWrite(['plugins'], 'plugins.install', { pluginId: 'codex' }, 1000);

it('what the gateway writes itself for what it was asked has a name as well', async () => {
  await using it = await open();
  await install(it);
  const ours = { by: 'hardshell', who: 'anna@laptop', hash: 'h2' };
  expect(await it.history.list(it.instance.id)).toMatchObject([{ ...ours, changes: [{ path: ['plugins'] }] }]);
});

it('where something else is changed meanwhile, it is left to who looks next', async () => {
  await using it = await open();
  it.gateway.meanwhile = 'debug';
  await install(it);
  expect(await it.history.list(it.instance.id)).toEqual([]);
});

it('what was asked is done also where the configuration cannot be read, and fails where it is refused', async () => {
  await using it = await open();
  it.gateway.isAsked = false;
  await install(it);
  expect(it.gateway.version).toBe(2);
  it.gateway.refuses = true;
  await expect(install(it)).rejects.toMatchObject({ code: 'gateway.rpc' });
});

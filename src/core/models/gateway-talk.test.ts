import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { anInstance } from '../../../test/cli/samples.ts';
import { AppError } from '../../shared/app-error.ts';
import { createTalk } from './gateway-talk.ts';

const stale = (): AppError =>
  new AppError('gateway.rpc', { details: { reason: 'config changed since last load; re-run config.get and retry' } });

/** A gateway of which only its config is there; `rivals` others write before us. */
function gateway(rivals: number) {
  let version = 1;
  let left = rivals;
  const patches: unknown[] = [];
  return {
    patches,
    call: (method: string, params: Readonly<Record<string, unknown>> = {}): Promise<unknown> => {
      if (method === 'config.get') return Promise.resolve({ hash: `h${String(version)}`, parsed: { seen: version } });
      if (left > 0) {
        left -= 1;
        version += 1;
      }
      if (params['baseHash'] !== `h${String(version)}`) return Promise.reject(stale());
      patches.push(JSON.parse(String(params['raw'])));
      return Promise.resolve({ ok: true });
    },
  };
}

describe('a change of the config', () => {
  it('is made again from what somebody else has written meanwhile', async () => {
    const fake = gateway(2);
    await createTalk(anInstance(), fake, undefined).patchConfig(({ seen }) => ({ from: seen }));
    expect(fake.patches).toEqual([{ from: 3 }]);
  });

  it('is given up when somebody else never stops', async () => {
    const fake = gateway(100);
    await expect(createTalk(anInstance(), fake, undefined).patchConfig(() => ({}))).rejects.toMatchObject({
      code: 'gateway.rpc',
    });
    expect(fake.patches).toEqual([]);
  });
});

/** Refuses, as the real one does, to lose a list that the patch does not name; it knows more than the file says. */
function gatewayWithLists(config: Readonly<Record<string, unknown>>, lists: readonly string[]) {
  const patches: unknown[] = [];
  return {
    patches,
    call: (method: string, params: Readonly<Record<string, unknown>> = {}): Promise<unknown> => {
      if (method === 'config.get') return Promise.resolve({ hash: 'h1', parsed: {}, config });
      const named = (params['replacePaths'] ?? []) as readonly string[];
      const lost = lists.filter((path) => !named.includes(path));
      const reason = `config.patch would remove entries from array path(s): ${lost.join(', ')}. Pass replacePaths`;
      if (lost.length > 0) return Promise.reject(new AppError('gateway.rpc', { details: { reason } }));
      patches.push([JSON.parse(String(params['raw'])), named]);
      return Promise.resolve({ ok: true });
    },
  };
}

describe('what is taken away with the lists in it', () => {
  const config = {
    models: { providers: { acme: { apiKey: 'x', models: [{ id: 'm1' }], headers: { accept: ['a'] } } } },
    channels: { telegram: { allowFrom: ['1'], accounts: { work: { allowFrom: ['2'] } } } },
  };
  it.each([
    [
      'a provider',
      { models: { providers: { acme: null } } },
      ['models.providers.acme.models', 'models.providers.acme.headers.accept'],
    ],
    [
      'a channel',
      { channels: { telegram: null } },
      ['channels.telegram.allowFrom', 'channels.telegram.accounts.work.allowFrom'],
    ],
    ['one list', { channels: { telegram: { allowFrom: null } } }, ['channels.telegram.allowFrom']],
    [
      'an object for a word',
      { channels: { telegram: { accounts: 'x' } } },
      ['channels.telegram.accounts.work.allowFrom'],
    ],
    ['no list at all', { models: { providers: { acme: { apiKey: null } } } }, []],
    ['nothing that is there', { channels: { slack: null } }, []],
  ])('names them to the gateway: %s', async (_, patch, lists) => {
    const fake = gatewayWithLists(config, lists);
    await createTalk(anInstance(), fake, undefined).patchConfig(() => patch);
    expect(fake.patches).toEqual([[patch, lists]]);
  });
});

describe('a configuration that the gateway does not accept', () => {
  const token = 'sk-or-v1-0123456789abcdef';
  const answer = {
    hash: 'h1',
    valid: false,
    raw: null,
    parsed: null,
    config: {},
    issues: [{ path: 'logging.level', message: `no such level: "${token}"`, allowedValues: ['info'] }],
  };
  it('is told setting by setting, with a way out and without a secret', async () => {
    const talk = createTalk(anInstance(), { call: () => Promise.resolve(answer) }, undefined);
    const issues = [{ path: 'logging.level', message: 'no such level: "[redacted]"' }];
    const told = {
      code: 'config.rejected',
      message: expect.stringContaining('logging.level') as unknown,
      hint: expect.stringContaining('Stop the instance') as unknown,
      details: { issues },
    };
    await expect(talk.readConfig()).rejects.toMatchObject(told);
    await expect(talk.patchConfig(() => ({}))).rejects.toMatchObject(told);
  });
});

it('an answer of another shape is an error that says which', async () => {
  const talk = createTalk(anInstance(), { call: () => Promise.resolve({ models: 'none' }) }, undefined);
  await expect(talk.ask(z.object({ models: z.array(z.string()) }), 'models.list')).rejects.toMatchObject({
    code: 'gateway.rpc',
    details: { method: 'models.list' },
  });
});

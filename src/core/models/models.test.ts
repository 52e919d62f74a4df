import { describe, expect, it } from 'vitest';
import { anInstance } from '../../../test/cli/samples.ts';
import type { Instance } from '../../shared/model/instance.ts';
import { Secret } from '../../shared/secret.ts';
import { fingerprintKey } from '../openclaw/provider-auth.ts';
import type { StateStore } from '../state/state-store.ts';
import { createTalk } from './gateway-talk.ts';
import { createModels } from './models.ts';

const token = new Secret('0'.repeat(64));
const key = new Secret('sk-or-0123456789');

/** A gateway that takes every key, and a record of it. */
function openModels(record: Instance, config: Readonly<Record<string, unknown>> = {}) {
  const held = { record };
  const link = {
    call: (method: string): Promise<unknown> =>
      Promise.resolve(method === 'config.get' ? { hash: 'h1', parsed: config } : { ok: true }),
  };
  const update = (_: string, change: (old: Instance) => Instance): Promise<void> => {
    held.record = change(held.record);
    return Promise.resolve();
  };
  const models = createModels({
    find: () => Promise.resolve({ instance: held.record }),
    withGateway: (_, options, work) => work(createTalk(held.record, link, options?.signal)),
    state: { instances: { update } } as unknown as StateStore,
    deeds: { note: () => Promise.resolve(), list: () => Promise.resolve([]), forget: () => Promise.resolve() },
    // nobody answers there: the key is kept without a test
    apis: { openrouter: 'http://127.0.0.1:1' },
    readToken: () => Promise.resolve(token),
  });
  return { held, models };
}

describe('a key that is given to the gateway of an instance', () => {
  const choice = { kind: 'known', provider: 'openrouter' } as const;

  it('is that of its provider from then on, with the model that was chosen with it', async () => {
    const { held, models } = openModels(anInstance());
    await models.setKey('research', choice, key, { untested: true });
    expect(held.record).toMatchObject({
      provider: 'openrouter',
      model: 'openrouter/auto',
      providerKeyFingerprint: fingerprintKey('openrouter', key, token),
    });
  });

  it('leaves the model alone that the configuration names', async () => {
    const { held, models } = openModels(anInstance(), { agents: { defaults: { model: { primary: 'acme/m1' } } } });
    await models.setKey('research', choice, key, { untested: true });
    expect(held.record).toMatchObject({ provider: 'openrouter' });
    expect(held.record).not.toHaveProperty('model');
  });

  it('leaves another provider alone that it was deployed with', async () => {
    const { held, models } = openModels(anInstance({ provider: 'anthropic', model: 'anthropic/claude-opus-5' }));
    await models.setKey('research', choice, key, { untested: true });
    expect(held.record.provider).toBe('anthropic');
    expect(held.record).not.toHaveProperty('providerKeyFingerprint');
  });
});

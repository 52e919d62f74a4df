import { expect, it } from 'vitest';
import { createIds } from '../system/ids.ts';
import { deploymentSpecSchema, type DeploymentSpecInput } from '../../shared/model/spec.ts';
import { instanceSchema, type Instance } from '../../shared/model/instance.ts';
import type { Registry } from '../openclaw/registry.ts';
import { draftInstance } from './server-draft.ts';

const registry = {
  readManifest: (_name: string, version: string) => Promise.resolve({ version, nodeRange: '>=22.12.0' }),
  readReleases: () => Promise.resolve({ tags: {}, versions: ['24.21.0'] }),
} as unknown as Registry;

const draft = async (wish: Partial<DeploymentSpecInput>, existing?: Instance): Promise<Instance> => {
  const spec = deploymentSpecSchema.parse({ name: 'home', target: { kind: 'local' }, version: '2026.9.5', ...wish });
  const signal = new AbortController().signal;
  const request = { spec, existing, options: {}, signal };
  const place = { platform: 'linux', arch: 'x64' } as const;
  const drafted = await draftInstance(request, place, registry, createIds().instance(), Date.now());
  return instanceSchema.parse(drafted.instance);
};

it('remembers what was asked for, so that the same can be asked for again', async () => {
  const first = await draft({ instructions: 'You are kind.', firewall: true });
  expect(first).toMatchObject({ instructions: 'You are kind.', firewall: true });
  // What is not said again is as it was; a firewall is switched on when that is said.
  expect(await draft({}, first)).toMatchObject({ instructions: 'You are kind.', firewall: false });
  expect(await draft({ instructions: 'Be brief.' }, first)).toMatchObject({ instructions: 'Be brief.' });
});

it('keeps what is known of an instance when it gets another version', async () => {
  const first = await draft({ provider: 'openrouter', instructions: 'You are kind.' });
  const known = { ...first, instructionsSha256: 'ab', providerKeyFingerprint: 'cd' };
  const { provider, model, instructions, instructionsSha256, providerKeyFingerprint } = known;
  expect(model).toBeDefined();
  expect(await draft({ version: '2026.9.6' }, known)).toMatchObject({
    id: first.id,
    version: '2026.9.6',
    provider,
    model,
    instructions,
    instructionsSha256,
    providerKeyFingerprint,
  });
});

import { describe, expect, it } from 'vitest';
import { deploymentSecretsSchema, deploymentSpecSchema } from '../../../shared/model/spec.ts';
import { buildSecrets, buildSpec, emptyDraft, parseJump, suggestName } from './draft.ts';
import { checkWhat, checkWhere, locateError } from './draft-check.ts';

describe('a draft', () => {
  it('is a whole deployment with nothing typed at all', () => {
    const spec = buildSpec('local', emptyDraft, 'home');
    expect(deploymentSpecSchema.parse(spec)).toEqual({
      name: 'home',
      target: { kind: 'local' },
      telemetry: false,
      installer: 'pinned',
      firewall: false,
    });
    expect(buildSecrets('local', emptyDraft)).toEqual({});
  });

  it('becomes what the contract takes', () => {
    const draft = {
      ...emptyDraft,
      host: ' atlas.example.org ',
      port: '2222',
      user: 'anna',
      login: 'key' as const,
      keyFile: '/home/anna/.ssh/id_ed25519',
      passphrase: ' with spaces ',
      password: 'of a login that was not chosen',
      jumps: 'gate.example.org\nssh://anna@[2001:db8::1]:2200\n',
      provider: 'openai' as const,
      providerKey: ' sk-1 ',
      firewall: true,
    };
    const spec = deploymentSpecSchema.parse(buildSpec('server', draft, 'atlas'));
    expect(spec.target).toEqual({
      kind: 'ssh',
      host: 'atlas.example.org',
      port: 2222,
      user: 'anna',
      identityFile: '/home/anna/.ssh/id_ed25519',
      jumps: [{ host: 'gate.example.org' }, { host: '2001:db8::1', port: 2200, user: 'anna' }],
    });
    expect(spec.firewall).toBe(true);
    expect(deploymentSecretsSchema.parse(buildSecrets('server', draft))).toEqual({
      keyPassphrase: ' with spaces ',
      providerKey: 'sk-1',
    });
  });

  it.each([
    ['gate', { host: 'gate' }],
    ['anna@gate:22', { host: 'gate', port: 22, user: 'anna' }],
    ['[::1]:22', { host: '::1', port: 22 }],
    ['anna@', undefined],
    ['gate:70000', undefined],
    ['two words', undefined],
  ])('reads a server on the way: %s', (line, hop) => {
    expect(parseJump(line)).toEqual(hop);
  });

  it('gets a name that nothing has', () => {
    expect(suggestName('local', emptyDraft, [])).toBe('home');
    expect(suggestName('local', emptyDraft, ['Home', 'home-2'])).toBe('home-3');
    expect(suggestName('server', { ...emptyDraft, host: 'atlas.example.org' }, [])).toBe('atlas');
    expect(suggestName('server', { ...emptyDraft, host: '192.168.1.2' }, [])).toBe('server');
    expect(suggestName('server', { ...emptyDraft, host: '2001:db8::1' }, [])).toBe('server');
  });

  it('says what is wrong at the field', () => {
    expect(Object.keys(checkWhere(emptyDraft))).toEqual(['host']);
    const wrong = {
      ...emptyDraft,
      host: 'a b',
      port: '0',
      user: 'a b',
      login: 'key' as const,
      keyFile: 'id',
      jumps: 'a b',
    };
    expect(Object.keys(checkWhere(wrong)).toSorted()).toEqual(['host', 'jumps', 'keyFile', 'port', 'user']);
    expect(checkWhere({ ...emptyDraft, host: 'atlas', login: 'key', keyFile: 'C:\\keys\\id' })).toEqual({});
    expect(checkWhat(emptyDraft)).toEqual({});
    const what = {
      ...emptyDraft,
      name: '-x',
      provider: 'openai' as const,
      model: 'x',
      providerKey: 'a b',
      telegramToken: '1',
    };
    expect(Object.keys(checkWhat(what)).toSorted()).toEqual(['model', 'name', 'providerKey', 'telegramToken']);
  });

  it('finds the field that a refusal names by its path', () => {
    const refusal = (path: string) => ({ code: 'usage.invalid', message: '.', retry: false, details: { path } });
    expect(locateError(refusal('target.jumps.0.host'), 'server', emptyDraft)?.field).toBe('jumps');
    expect(locateError(refusal('spec.port'), 'server', emptyDraft)?.field).toBe('gatewayPort');
    expect(locateError(refusal('target.host'), 'local', emptyDraft)).toBeUndefined();
  });
});

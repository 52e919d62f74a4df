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
    expect(Object.keys(checkWhere('server', emptyDraft))).toEqual(['host']);
    const wrong = {
      ...emptyDraft,
      host: 'a b',
      port: '0',
      user: 'a b',
      login: 'key' as const,
      keyFile: 'id',
      jumps: 'a b',
    };
    expect(Object.keys(checkWhere('server', wrong)).toSorted()).toEqual(['host', 'jumps', 'keyFile', 'port', 'user']);
    expect(checkWhere('server', { ...emptyDraft, host: 'atlas', login: 'key', keyFile: 'C:\\keys\\id' })).toEqual({});
    expect(checkWhat('server', emptyDraft)).toEqual({});
    const what = {
      ...emptyDraft,
      name: '-x',
      provider: 'openai' as const,
      model: 'x',
      providerKey: 'a b',
      telegramToken: '1',
    };
    expect(Object.keys(checkWhat('server', what)).toSorted()).toEqual([
      'model',
      'name',
      'providerKey',
      'telegramToken',
    ]);
  });

  it('is a container with what is usual, here or on a server', () => {
    const here = deploymentSpecSchema.parse(buildSpec('docker', emptyDraft, 'claw'));
    const limits = { memoryBytes: 2 * 1024 ** 3, cpus: 2 };
    expect(here).toMatchObject({ target: { kind: 'docker' }, limits });
    expect(here).not.toHaveProperty('image');
    expect(here).not.toHaveProperty('ingress');
    expect(checkWhere('docker', emptyDraft)).toEqual({});
    const there = {
      ...emptyDraft,
      engine: 'server' as const,
      host: 'atlas',
      password: 'p',
      login: 'password' as const,
    };
    expect(deploymentSpecSchema.parse(buildSpec('docker', there, 'claw')).target).toEqual({
      kind: 'docker',
      server: { kind: 'ssh', host: 'atlas', jumps: [] },
    });
    expect(buildSecrets('docker', there)).toEqual({ sshPassword: 'p' });
    expect(buildSecrets('docker', { ...there, engine: 'here' })).toEqual({});
    expect(Object.keys(checkWhere('docker', { ...there, host: '' }))).toEqual(['host']);
  });

  it('takes an image and an access, and says what is wrong with them', () => {
    const draft = {
      ...emptyDraft,
      imageKind: 'other' as const,
      imageRef: 'registry.example/claw:1',
      access: 'base' as const,
      baseDomain: 'bots.example.com',
      cloudflareToken: 'a-token',
    };
    expect(checkWhat('docker', draft)).toEqual({});
    expect(deploymentSpecSchema.parse(buildSpec('docker', draft, 'claw'))).toMatchObject({
      image: 'registry.example/claw:1',
      ingress: { access: { mode: 'base', domain: 'bots.example.com' } },
    });
    expect(buildSecrets('docker', draft)).toEqual({ cloudflareToken: 'a-token' });
    expect(buildSpec('docker', { ...draft, imageKind: 'build' }, 'claw').image).toBe('build');
    const wrong = { ...draft, imageRef: '', baseDomain: 'x', memory: '0.5' };
    expect(Object.keys(checkWhat('docker', wrong)).toSorted()).toEqual(['baseDomain', 'imageRef', 'memory']);
    // on this computer there is none of it
    expect(checkWhat('local', wrong)).toEqual({});
    expect(buildSpec('local', draft, 'home')).not.toHaveProperty('ingress');
    expect(buildSecrets('local', draft)).toEqual({});
  });

  it('finds the field of what only a container or a site has', () => {
    const draft = { ...emptyDraft, access: 'domain' as const };
    const fieldOf = (code: string, path?: string) =>
      locateError(
        { code, message: '.', retry: false, ...(path === undefined ? {} : { details: { path } }) },
        'docker',
        draft,
      )?.field;
    expect(fieldOf('ingress.dns')).toBe('accessHost');
    expect(fieldOf('image.not-found')).toBe('version');
    expect(fieldOf('usage.invalid', 'spec.ingress.limits.allow.0')).toBe('allow');
    expect(fieldOf('usage.invalid', 'spec.limits.memoryBytes')).toBe('memory');
    expect(fieldOf('usage.invalid', 'spec.target.server.host')).toBeUndefined();
    expect(
      locateError(
        { code: 'usage.invalid', message: '.', retry: false, details: { path: 'target.server.port' } },
        'docker',
        {
          ...draft,
          engine: 'server',
        },
      )?.field,
    ).toBe('port');
  });

  it('finds the field that a refusal names by its path', () => {
    const refusal = (path: string) => ({ code: 'usage.invalid', message: '.', retry: false, details: { path } });
    expect(locateError(refusal('target.jumps.0.host'), 'server', emptyDraft)?.field).toBe('jumps');
    expect(locateError(refusal('spec.port'), 'server', emptyDraft)?.field).toBe('gatewayPort');
    expect(locateError(refusal('target.host'), 'local', emptyDraft)).toBeUndefined();
  });
});

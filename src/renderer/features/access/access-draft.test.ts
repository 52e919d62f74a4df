import { describe, expect, it } from 'vitest';
import { ingressSchema, type Ingress } from '../../../shared/model/ingress.ts';
import {
  buildAccessSecrets,
  buildIngress,
  checkAccess,
  emptyAccess,
  readAccess,
  usesAdvanced,
} from './access-draft.ts';

const all: Ingress = {
  access: { mode: 'domain', host: 'claw.example.com' },
  limits: { rate: 0.5, burst: 20, connections: 50, bodyBytes: 10 * 1024 ** 2, allow: ['203.0.113.7', '2001:db8::/32'] },
  acme: { directory: 'https://127.0.0.1:14000/dir', rootCertificate: '-----BEGIN CERTIFICATE-----\nAA==' },
  email: 'anna@example.com',
};

describe('how an instance is to be reached', () => {
  it.each<[string, Ingress]>([
    ['a domain with everything', all],
    ['a base domain', { access: { mode: 'base', domain: 'bots.example.com' }, limits: {} }],
    ['an address', { access: { mode: 'ip', address: '2001:db8::7' }, limits: {} }],
    ['an address that is not named', { access: { mode: 'ip' }, limits: {} }],
    ['a tunnel', { access: { mode: 'tunnel' }, limits: {} }],
  ])('reads %s back as it was', (_, ingress) => {
    const draft = readAccess(ingress);
    expect(checkAccess(draft)).toEqual({});
    expect(buildIngress(draft)).toEqual(ingress);
    expect(ingressSchema.safeParse(buildIngress(draft)).success).toBe(true);
  });

  it('is a tunnel where nothing was ever said', () => {
    expect(buildIngress(readAccess(undefined))).toEqual({ access: { mode: 'tunnel' }, limits: {} });
  });

  it.each([
    ['accessHost', { accessHost: '' }],
    ['accessHost', { accessHost: 'localhost' }],
    ['email', { email: 'anna' }],
    ['acmeDirectory', { acmeDirectory: 'ftp://x.example' }],
    ['acmeDirectory', { acmeRoot: '-----BEGIN CERTIFICATE-----\nAA==' }],
    ['acmeRoot', { acmeDirectory: 'https://x.example/dir', acmeRoot: 'a file' }],
    ['rate', { rate: 'many' }],
    ['rate', { burst: '20' }],
    ['burst', { rate: '5', burst: '0.5' }],
    ['connections', { connections: '0' }],
    ['bodyMegabytes', { bodyMegabytes: '-1' }],
    ['allow', { allow: '203.0.113.7\nmy house' }],
  ])('names what is wrong with %s: %j', (field, change) => {
    const draft = { ...emptyAccess, access: 'domain' as const, accessHost: 'claw.example.com', ...change };
    expect(Object.keys(checkAccess(draft))).toEqual([field]);
  });

  it('does not mind what was typed for another way', () => {
    expect(checkAccess({ ...emptyAccess, accessHost: 'nonsense', rate: 'x' })).toEqual({});
    expect(checkAccess({ ...emptyAccess, access: 'ip', accessHost: 'nonsense' })).toEqual({});
    expect(checkAccess({ ...emptyAccess, access: 'ip', accessAddress: 'nonsense' })).toHaveProperty('accessAddress');
  });

  it('hands a token for Cloudflare on only where it has a use', () => {
    const draft = { ...emptyAccess, cloudflareToken: ' a-token ' };
    expect(buildAccessSecrets(draft)).toEqual({});
    expect(buildAccessSecrets({ ...draft, access: 'base' })).toEqual({ cloudflareToken: 'a-token' });
  });

  it('unfolds what was typed in, or is wrong', () => {
    expect(usesAdvanced(emptyAccess, {})).toBe(false);
    expect(usesAdvanced({ ...emptyAccess, accessHost: 'claw.example.com' }, {})).toBe(false);
    expect(usesAdvanced({ ...emptyAccess, rate: '5' }, {})).toBe(true);
    expect(usesAdvanced(emptyAccess, { allow: 'x' })).toBe(true);
  });
});

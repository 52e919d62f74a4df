import { expect, it } from 'vitest';
import { sampleInstance } from '../../../test/sample-instance.ts';
import type { Ingress } from '../../shared/model/ingress.ts';
import { caddyFact, type Caddy } from '../facts/caddy.ts';
import type { Fact, FactReader } from '../facts/fact.ts';
import { fileFact } from '../facts/file.ts';
import { listenersFact } from '../facts/listeners.ts';
import { neededToolsFact } from '../facts/missing-tools.ts';
import { reachFact } from '../facts/network.ts';
import type { PackageManager } from '../facts/tools.ts';
import { CADDYFILE } from '../ingress/caddy-layout.ts';
import { ownAddressesFact } from '../ingress/dns-check.ts';
import { serverLayout } from '../openclaw/server-layout.ts';
import { CADDY_BUILDS } from '../steps/server/caddy-package.ts';
import type { PlaceServices } from './place-services.ts';
import { readServerIngress, type ServerIngress } from './server-ingress.ts';

const ADDRESS = '203.0.113.7';
const caddy: Caddy = {
  version: '2.11.4',
  hasRateLimit: false,
  isPackaged: true,
  hasHome: true,
  service: 'running',
};
const services = {
  deps: { resolveHost: () => Promise.resolve([ADDRESS]), outsideAddress: () => ADDRESS },
  mirrors: { read: () => Promise.resolve({ caddy: 'https://caddy.example' }) },
  now: Date.now,
} as unknown as PlaceServices;

interface Wish {
  readonly packageManager?: PackageManager;
  readonly hasRateLimit?: boolean;
  readonly former?: Ingress;
  readonly wanted?: Ingress;
  readonly isSuspended?: boolean;
}
const byAddress: Ingress = { access: { mode: 'ip', address: ADDRESS }, limits: { rate: 5, burst: 20 } };
const closed: Ingress = { access: { mode: 'tunnel' }, limits: {} };

/** On a server where Caddy's makers can be asked for a build. */
async function look(wish: Wish): Promise<ServerIngress> {
  const { packageManager = 'apt-get', hasRateLimit = false, former, wanted: ingress = byAddress } = wish;
  const answers = new Map<string, unknown>([
    [caddyFact().id, { ...caddy, hasRateLimit }],
    [listenersFact().id, []],
    [ownAddressesFact().id, [ADDRESS]],
    [neededToolsFact().id, { packageManager }],
    [fileFact(CADDYFILE).id, undefined],
    [reachFact([CADDY_BUILDS]).id, [{ url: CADDY_BUILDS, fault: undefined }]],
  ]);
  const facts: Pick<FactReader, 'read'> = {
    read: <T>({ id }: Fact<T>) =>
      answers.has(id) ? Promise.resolve(answers.get(id) as T) : Promise.reject(new Error(`Nobody knows ${id}.`)),
  };
  const target = { kind: 'ssh', host: 'example.com' };
  const suspension = { at: '2026-11-21T10:00:00.000Z', by: 'person', because: 'it writes to strangers' };
  const instance = { ...sampleInstance({ target, ...(wish.isSuspended === true ? { suspension } : {}) }), ingress };
  const layout = serverLayout;
  return readServerIngress({ services, facts, layout, instance, former, wantsUfw: false, options: {} });
}
const stepsOf = ({ opening }: ServerIngress): string[] => opening.flat().map(({ id }) => id);

it("adds the module that counts requests where the next update of Caddy's package leaves it alone", async () => {
  const found = await look({});
  expect(stepsOf(found)).toContain('caddy-module');
  expect(found.findings.filter(({ level }) => level !== 'ok')).toEqual([]);
});

it('limits connections alone where that update would leave sites behind that Caddy does not understand', async () => {
  const found = await look({ packageManager: 'dnf' });
  expect(stepsOf(found)).not.toContain('caddy-module');
  const warning = found.findings.find(({ id }) => id === 'rate-limit');
  expect(warning).toMatchObject({ level: 'warn' });
  expect(warning?.because).toMatch(/^Connections only: the next update .* so that 20 are let in at once/);
});

it('takes a module that is there already', async () => {
  const found = await look({ packageManager: 'dnf', hasRateLimit: true });
  expect(stepsOf(found)).not.toContain('caddy-module');
  expect(found.findings.filter(({ level }) => level !== 'ok')).toEqual([]);
});

it('ends what visitors have open, last of all, where the way is closed or narrowed, and only there', async () => {
  expect(stepsOf(await look({ former: byAddress, wanted: closed })).at(-1)).toBe('visitors-ended');
  const few: Ingress = { ...byAddress, limits: { allow: ['192.0.2.0/24'] } };
  expect(stepsOf(await look({ former: byAddress, wanted: few })).at(-1)).toBe('visitors-ended');
  expect(stepsOf(await look({ former: few, wanted: byAddress }))).not.toContain('visitors-ended');
  expect(stepsOf(await look({ wanted: few }))).not.toContain('visitors-ended');
});

it('wakes nothing that is suspended', async () => {
  expect(stepsOf(await look({ former: byAddress, wanted: closed, isSuspended: true }))).not.toContain('visitors-ended');
});

import { describe, expect, it } from 'vitest';
import {
  config,
  container,
  evidenceOf,
  found,
  GIB,
  local,
  look,
  NOW,
  server,
  TOKEN,
  unit,
  withGateway,
  type Config,
} from '../../../../test/diagnosis/recorded.ts';
import { checkIdSchema, fixIdSchema, listSafeRepairs, type DiagnosisFinding } from '../../../shared/model/diagnosis.ts';
import type { AdoptedContainer, AdoptedService } from '../../../shared/model/adoption.ts';
import { Secret } from '../../../shared/secret.ts';
import type { UnitState } from '../../facts/unit.ts';
import { describeFix, judge } from '../check.ts';
import type { Evidence } from '../evidence.ts';
import type { Look } from '../look.ts';
import { checks } from './index.ts';

const adoptedService: AdoptedService = {
  kind: 'service',
  user: 'anna',
  home: '/home/anna',
  node: '/opt/node/bin/node',
  packageDir: '/srv/openclaw',
  stateDir: '/srv/state',
  configPath: '/srv/state/openclaw.json',
  unit: 'openclaw-gateway.service',
  unitPath: '/home/anna/.config/systemd/user/openclaw-gateway.service',
};
const adoptedContainer: AdoptedContainer = {
  kind: 'container',
  container: 'claw',
  hostname: 'claw',
  uid: 1000,
  gid: 1000,
  home: '/home/node',
  stateDir: '/home/node/.openclaw',
  configPath: '/home/node/.openclaw/openclaw.json',
  packageDir: '/app',
  program: ['openclaw'],
  port: 18_999,
  mounts: {},
};
const wrongIn = (evidence: Evidence): DiagnosisFinding[] =>
  judge(checks, evidence).filter(({ level }) => level !== 'ok');

const onServer = (more: Partial<Evidence['server'] & object>): Evidence => ({
  ...server,
  server: { ...(server.server ?? ({} as never)), ...more },
});
const withUnit = (more: Partial<UnitState>): Evidence => onServer({ unit: { ...unit, ...more } });
const withLook = (more: Partial<Look>): Evidence => ({ ...server, look: { ...look, ...more } });
const withState = (more: Partial<NonNullable<Look['state']>>): Evidence =>
  withLook({ state: { ...(look.state ?? ({} as never)), ...more } });
const containerConfig = container.config.is === 'read' ? container.config.value : {};
const withConfig = (value: Config, base = server): Evidence => ({ ...base, config: evidenceOf(value) });
const withContainer = (more: object): Evidence => ({
  ...container,
  container: { found: { ...found, ...more }, orphans: [] },
});

/** The break, its check, how bad, and what mends it. */
const cases: readonly (readonly [id: string, level: 'warn' | 'bad', fix: string | undefined, evidence: Evidence])[] = [
  ['config.readable', 'bad', 'restore-config', { ...server, config: { is: 'broken', because: 'Line 1.' } }],
  ['config.readable', 'bad', undefined, { ...server, config: { is: 'missing' }, look: { ...look, previous: [] } }],
  [
    'config.shrunk',
    'bad',
    'restore-config',
    withLook({ previous: [{ name: 'openclaw.json.bak', bytes: 9000, isJson: true, at: NOW }] }),
  ],
  ['config.hooks-token', 'bad', undefined, withConfig({ ...config, hooks: { token: TOKEN } })],
  [
    'config.sandbox',
    'bad',
    undefined,
    withConfig({ ...containerConfig, agents: { defaults: { sandbox: { mode: 'non-main' } } } }, container),
  ],
  [
    'config.sandbox',
    'bad',
    undefined,
    withConfig({ ...containerConfig, agents: { entries: { work: { sandbox: { mode: 'all' } } } } }, container),
  ],
  ['files.modes', 'bad', 'modes', withLook({ config: { is: 'read', text: '', mode: '0644', uid: 1001, bytes: 1200 } })],
  ['files.modes', 'bad', 'modes', withState({ mode: '0755' })],
  ['files.modes', 'bad', 'modes', withState({ open: ['agents/main/agent/auth-profiles.json'], openCount: 1 })],
  ['files.owner', 'bad', 'owner', withState({ foreign: ['openclaw.json'], foreignCount: 1 })],
  ['files.sessions', 'warn', 'sessions', withState({ left: { files: 800, bytes: 1000 } })],
  ['files.sessions', 'warn', undefined, withState({ sessions: { files: 800, bytes: 3 * GIB } })],
  ['files.traces', 'warn', undefined, withState({ traces: { files: 1, bytes: 46 * GIB } })],
  ['access.mode', 'bad', 'config', withConfig(withGateway({ auth: { mode: 'none', token: TOKEN } }))],
  ['access.mode', 'warn', 'config', withConfig(withGateway({ auth: { mode: 'password', token: TOKEN } }))],
  ['token.store', 'bad', 'token', { ...server, token: new Secret('another') }],
  ['token.store', 'bad', 'token', { ...server, token: undefined }],
  ['token.missing', 'bad', 'config', withConfig(withGateway({ auth: { mode: 'token' } }))],
  ['token.remote', 'bad', 'config', withConfig(withGateway({ remote: { token: 'old' } }))],
  [
    'token.environment',
    'bad',
    'service',
    withLook({ unitText: '[Service]\nEnvironment=OPENCLAW_GATEWAY_TOKEN=old\n' }),
  ],
  ['token.environment', 'warn', 'service', withLook({ process: { pid: 1, env: { OPENCLAW_GATEWAY_TOKEN: TOKEN } } })],
  ['token.environment', 'bad', undefined, withContainer({ env: ['OPENCLAW_GATEWAY_TOKEN=old'] })],
  ['access.bind', 'bad', 'config', withConfig(withGateway({ bind: 'lan' }))],
  ['access.bind', 'bad', 'config', withConfig(withGateway({ bind: 'loopback' }), container)],
  ['access.port', 'bad', 'config', withConfig(withGateway({ port: 19_000 }))],
  ['access.origins', 'bad', 'config', withConfig(withGateway({ controlUi: { allowedOrigins: ['*'] } }))],
  ['access.proxy-missing', 'bad', 'proxies', { ...server, wanted: { ...server.wanted, proxy: '127.0.0.1' } }],
  ['access.proxy-wide', 'bad', 'proxies', withConfig(withGateway({ trustedProxies: ['10.0.0.0/8'] }))],
  ['telegram.twice', 'bad', undefined, { ...server, otherBots: { other: ['123456789'] } }],
  ['service.linger', 'bad', 'account', onServer({ linger: { enabled: false, busReady: true } })],
  ['service.bus', 'bad', 'account', onServer({ linger: { enabled: true, busReady: false } })],
  ['service.unit', 'bad', 'service', withUnit({ execStart: '/root/.nvm/node index.js gateway --port 18789' })],
  ['service.unit', 'bad', 'service', withUnit({ unitFileState: 'disabled' })],
  ['service.home', 'bad', 'service', withLook({ unitText: '[Service]\nEnvironment=HOME=/root\n' })],
  ['service.limits', 'warn', 'limits', withUnit({ memoryMaxBytes: undefined })],
  [
    'service.limits',
    'warn',
    'limits',
    { ...server, instance: { ...server.instance, limits: { memoryBytes: 2 * GIB, cpus: 1 } } },
  ],
  ['service.reload', 'warn', 'reload', withUnit({ needsReload: true })],
  ['gateway.runs', 'bad', 'start', withUnit({ activeState: 'failed', exitCode: 78 })],
  ['gateway.runs', 'bad', 'start', withUnit({ activeState: 'failed', result: 'oom-kill' })],
  ['gateway.runs', 'bad', 'start', withContainer({ state: 'exited', isOomKilled: true })],
  ['gateway.runs', 'bad', 'start', { ...local, supervised: { state: 'failed', because: 'it ended', restarts: 0 } }],
  ['gateway.restarts', 'warn', 'restart', withUnit({ restarts: 43 })],
  ['gateway.restarts', 'warn', 'restart', withContainer({ restarts: 12 })],
  ['gateway.old', 'warn', 'restart', withUnit({ startedAtMs: NOW - 9_000_000 })],
  [
    'service.rivals',
    'bad',
    'legacy',
    withLook({ units: [{ path: '/x/clawdbot-gateway.service', name: 'clawdbot-gateway.service', isEnabled: true }] }),
  ],
  [
    'service.port',
    'bad',
    undefined,
    onServer({
      listeners: [{ ...(server.server?.listeners[0] ?? ({} as never)), user: 'root', unit: 'nginx.service' }],
    }),
  ],
  [
    'container.there',
    'bad',
    undefined,
    { ...container, look: undefined, container: { found: undefined, orphans: [] } },
  ],
  [
    'container.published',
    'bad',
    undefined,
    withContainer({ ports: [{ address: '0.0.0.0', port: 18_790, containerPort: 18_789 }] }),
  ],
  ['container.environment', 'bad', undefined, withContainer({ env: ['OPENCLAW_GATEWAY_PORT=18790'] })],
  ['container.orphans', 'warn', undefined, { ...container, container: { found, orphans: ['openclaw-old-1'] } }],
  [
    'machine.memory',
    'warn',
    'swap',
    onServer({
      memory: { totalBytes: GIB, availableBytes: GIB / 2, limitBytes: undefined, swaps: [], diskSwapBytes: 0 },
    }),
  ],
  ['machine.disk', 'warn', undefined, withLook({ disk: { totalBytes: 40 * GIB, freeBytes: GIB / 2 } })],
  ['machine.disk', 'bad', undefined, withLook({ disk: { totalBytes: 40 * GIB, freeBytes: GIB / 10 } })],
  ['machine.clock', 'warn', undefined, withLook({ at: NOW - 600_000 })],
  ['node.starts', 'bad', undefined, { ...server, look: undefined, config: { is: 'unknown' } }],
  ['node.version', 'bad', undefined, withLook({ node: 'v22.22.3' })],
  [
    'npm.elsewhere',
    'warn',
    undefined,
    withLook({ elsewhere: [{ path: '/usr/local/lib/node_modules/openclaw', version: '2026.1.5' }] }),
  ],
  ['npm.leftovers', 'warn', 'leftovers', withLook({ leftovers: ['.openclaw-a1B2'] })],
  ['backup.age', 'warn', undefined, { ...server, backups: { newestAt: '2026-11-01T00:00:00Z' } }],
  ['backup.age', 'warn', undefined, { ...server, backups: { newestAt: undefined } }],
];

describe('the checks', () => {
  it.each([
    ['server', server],
    ['container', container],
    ['local', local],
  ])('are silent on a healthy %s', (_name, evidence) => {
    expect(wrongIn(evidence)).toEqual([]);
  });

  describe('of an instance that was adopted', () => {
    // Neither port, nor bind, nor origins: what started it says the first two, and the third has a default.
    const foreign = { mode: 'local', auth: config.gateway.auth, trustedProxies: ['172.18.0.2'] };
    const inEnvironment = { ...config, gateway: { ...foreign, auth: {}, remote: { token: 'of-the-environment' } } };
    const baked = [`OPENCLAW_GATEWAY_TOKEN=${TOKEN}`, 'OPENCLAW_GATEWAY_PORT=18999'];
    const asService = { ...server.instance, adopted: adoptedService };
    const asContainer = { ...container.instance, adopted: adoptedContainer };
    const serviceEvidence: Evidence = {
      ...withUnit({ execStart: '/opt/node/bin/node /srv/openclaw/dist/index.js gateway', memoryMaxBytes: undefined }),
      instance: asService,
      config: evidenceOf({ ...config, gateway: foreign }),
      look: { ...look, unitText: '[Service]\nEnvironment=OPENCLAW_STATE_DIR=/srv/state\n' },
    };

    it.each<[string, Evidence]>([
      ['service with paths and a proxy of its own', serviceEvidence],
      ['service with its token in the environment', { ...serviceEvidence, config: evidenceOf(inEnvironment) }],
      [
        'container with its token in the environment',
        { ...withContainer({ env: baked }), instance: asContainer, config: evidenceOf(inEnvironment) },
      ],
    ])('are silent on a healthy %s', (_name, evidence) => {
      expect(wrongIn(evidence)).toEqual([]);
    });

    it('are not silent on what is wrong wherever it comes from', () => {
      const open = { ...config, gateway: { ...foreign, auth: { mode: 'none' } } };
      const ids = wrongIn({ ...serviceEvidence, config: evidenceOf(open) }).map(({ id }) => id);
      expect(ids).toEqual(['access.mode']);
      const published = { ...withContainer({ ports: [{ address: '0.0.0.0', port: 1, containerPort: 1 }] }) };
      const [finding] = wrongIn({ ...published, instance: asContainer });
      expect(finding).toMatchObject({ id: 'container.published', level: 'bad' });
      expect(finding?.hint).not.toContain('Deploy');
    });
  });

  it.each(cases)('%s is %s', (id, level, fix, evidence) => {
    const finding = wrongIn(evidence).find((one) => one.id === id);
    expect(finding?.level).toBe(level);
    expect(finding?.fix?.id).toBe(fix);
    expect(finding?.because).toMatch(/\.$/);
    expect(finding?.why).toMatch(/\.$/);
  });

  it('have a break each, and names of their own', () => {
    const ids = checks.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !cases.some(([broken]) => broken === id))).toEqual([]);
    for (const id of ids) expect(checkIdSchema.parse(id)).toBe(id);
    for (const fix of fixIdSchema.options) expect(describeFix(fix).title).not.toBe('');
  });

  it('say nothing of a gateway that somebody suspended', () => {
    const suspension = { at: '2026-11-21T00:00:00Z', by: 'person', because: 'asked' } as const;
    const evidence = withUnit({ activeState: 'inactive' });
    expect(wrongIn({ ...evidence, instance: { ...server.instance, suspension } })).toEqual([]);
  });

  it('never say a secret', () => {
    for (const [, , , evidence] of cases)
      expect(JSON.stringify(judge(checks, evidence))).not.toMatch(new RegExp(`${TOKEN}|AAsecret`));
  });
});

describe('what is never mended by one press', () => {
  it.each([
    ['access.mode', { auth: { mode: 'password' } }],
    ['access.mode', { auth: { mode: 'trusted-proxy' } }],
    ['access.proxy-wide', { trustedProxies: ['10.0.0.0/8'] }],
    ['access.port', { port: 1 }],
  ])('%s of %j', (id, gateway) => {
    const findings = wrongIn(withConfig({ gateway }));
    expect(findings.find((one) => one.id === id)?.fix?.isCareful).toBe(true);
    expect(listSafeRepairs(findings)).not.toContain(id);
  });
});

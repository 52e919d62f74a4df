import { describe, expect, it } from 'vitest';
import type { Firewall } from '../facts/firewall.ts';
import type { Listener } from '../facts/listeners.ts';
import {
  describeReach,
  judgeExposure,
  listOpenPorts,
  type ExposureSubject,
  type InsideLook,
  type OutsideLook,
} from './judge-exposure.ts';
import type { PublishedContainer } from './published-ports.ts';

const subject: ExposureSubject = {
  name: 'research',
  instance: 'i-0123456789abcdef',
  kind: 'ssh',
  isRemote: true,
  port: 18_789,
  ingress: undefined,
  publicHost: undefined,
};
const inDocker: ExposureSubject = { ...subject, kind: 'docker', port: 18_801 };
const firewall: Firewall = {
  ufw: { isInstalled: true, isActive: true, rules: [] },
  other: undefined,
  hasPublicAddress: true,
  socketPorts: [],
};
const noWall: Firewall = { ...firewall, ufw: { isInstalled: true, isActive: false, rules: [] } };
const listener = (address: string, port: number, process: string): Listener => ({
  protocol: 'tcp',
  address,
  port,
  pid: 1,
  process,
  user: 'root',
  unit: undefined,
  isUserUnit: false,
  container: undefined,
});
const ssh = listener('0.0.0.0', 22, 'sshd');
const gateway = listener('127.0.0.1', 18_789, 'openclaw');
const container = (name: string, address: string, port: number, instance?: string): PublishedContainer => ({
  name,
  instance,
  role: undefined,
  ports: [{ address, port, containerPort: 80 }],
});
const looked = (listeners: Listener[], published: PublishedContainer[] = [], wall = firewall): InsideLook => ({
  listeners: [ssh, ...listeners],
  published,
  firewall: wall,
});
const from = (open: number[], rest: Partial<OutsideLook> = {}): OutsideLook => ({
  address: '203.0.113.7',
  open: new Set([22, ...open]),
  gateway: new Map(),
  site: undefined,
  ...rest,
});
const brief = (findings: ReturnType<typeof judgeExposure>): string[] =>
  findings.map(({ id, level }) => `${id} ${level}`);

describe('a server as it should be', () => {
  it('shows SSH and nothing else', () => {
    const findings = judgeExposure(subject, looked([gateway]), from([]));
    expect(brief(findings)).toEqual(['gateway ok', 'ssh ok', 'firewall ok']);
    expect(describeReach(subject, findings)).toBe('Whoever may sign in to the server by SSH');
  });

  it('shows its site as well where it has one, which asks for the token', () => {
    const open = {
      ...subject,
      publicHost: 'claw.example.com',
      ingress: { access: { mode: 'domain', host: 'claw.example.com' }, limits: {} },
    } as const;
    const caddy = [listener('*', 80, 'caddy'), listener('*', 443, 'caddy')];
    const findings = judgeExposure(open, looked([gateway, ...caddy]), from([80, 443], { site: 401 }));
    expect(brief(findings)).toEqual(['gateway ok', 'token ok', 'site ok', 'ssh ok', 'firewall ok']);
    expect(describeReach(open, findings)).toBe('Whoever knows https://claw.example.com and signs in');
    const allowed = { ...open, ingress: { ...open.ingress, limits: { allow: ['198.51.100.0/24'] } } };
    expect(describeReach(allowed, findings)).toBe(
      'Whoever comes from one of 1 allowed addresses to https://claw.example.com and signs in',
    );
  });
});

describe('the gateway', () => {
  const bound = looked([listener('0.0.0.0', 18_789, 'openclaw')]);

  it('that answers everybody is bad, with what closes it', () => {
    const findings = judgeExposure(subject, bound, from([18_789], { gateway: new Map([[18_789, 401]]) }));
    expect(findings[0]).toEqual({
      id: 'gateway',
      title: 'The gateway’s own port',
      level: 'bad',
      because: 'It answers everybody at 203.0.113.7 (port 18789), without HTTPS.',
      fix: 'Deploy research again: its gateway then listens on 127.0.0.1 alone.',
    });
    expect(describeReach(subject, findings)).toBe('Everybody who reaches this machine, without HTTPS');
  });

  it('that only a firewall keeps is a warning; where nobody could look, it counts as open', () => {
    expect(judgeExposure(subject, bound, from([]))[0]).toMatchObject({ level: 'warn' });
    expect(judgeExposure(subject, bound, undefined)[0]).toMatchObject({ level: 'bad' });
  });

  it('that answers without its token is bad, whichever way', () => {
    const direct = judgeExposure(subject, bound, from([18_789], { gateway: new Map([[18_789, 200]]) }));
    expect(direct.find(({ id }) => id === 'token')).toMatchObject({ level: 'bad' });
    expect(describeReach(subject, direct)).toBe('Everybody, without a token');
    const site = judgeExposure({ ...subject, publicHost: 'a.example.com' }, looked([]), from([443], { site: 200 }));
    expect(site.find(({ id }) => id === 'token')).toMatchObject({ level: 'bad' });
  });

  it('in a container that is published to everybody is bad, its neighbour too', () => {
    const own = container('openclaw-research', '0.0.0.0', 18_801, subject.instance);
    const other = container('openclaw-b', '::', 18_802, 'i-fedcba9876543210');
    const findings = judgeExposure(inDocker, looked([], [own, other]), from([18_801, 18_802]));
    expect(brief(findings)).toContain('gateway bad');
    expect(brief(findings)).toContain('container:openclaw-b bad');
    // The usual port is nobody's on an engine.
    expect(brief(judgeExposure(inDocker, looked([listener('0.0.0.0', 18_789, 'x')]), from([])))).toContain(
      'gateway ok',
    );
  });
});

describe('what is not ours', () => {
  it('is pointed out: a container past ufw, once, and how to close it', () => {
    const proxy = listener('0.0.0.0', 8080, 'docker-proxy');
    const findings = judgeExposure(subject, looked([proxy], [container('web', '0.0.0.0', 8080)]), from([8080]));
    expect(findings.filter(({ level }) => level !== 'ok')).toEqual([
      {
        id: 'container:web',
        title: 'Container web',
        level: 'warn',
        because: 'It is published to every address (port 8080), past ufw: Docker does not ask it.',
        fix: 'Publish it to the machine alone: docker run -p 127.0.0.1:8080:…',
      },
    ]);
  });

  it('is pointed out by its program, with a rule for the firewall that is there', () => {
    const others = [
      listener('0.0.0.0', 5432, 'postgres'),
      listener('::', 5433, 'postgres'),
      listener('127.0.0.1', 1, 'a'),
    ];
    const open = judgeExposure(subject, looked(others), from([5432, 5433]));
    expect(open.filter(({ level }) => level === 'warn')).toMatchObject([
      {
        id: 'listener:postgres',
        because: 'It is open to everybody (ports 5432 and 5433).',
        fix: 'Let it listen on 127.0.0.1, or: sudo ufw deny 5432/tcp && sudo ufw deny 5433/tcp',
      },
    ]);
    // The firewall keeps it: nothing to say.
    expect(brief(judgeExposure(subject, looked(others), from([])))).not.toContain('listener:postgres warn');
    expect(brief(judgeExposure(subject, looked(others, [], noWall), undefined))).toContain('listener:postgres warn');
  });

  it('is bad where it is as good as root', () => {
    const findings = judgeExposure(subject, looked([listener('0.0.0.0', 2375, 'dockerd')]), from([2375]));
    expect(brief(findings)).toContain('listener:dockerd bad');
  });

  it('is said of a firewall that is not there', () => {
    expect(judgeExposure(subject, looked([], [], noWall), from([])).find(({ id }) => id === 'firewall')).toMatchObject({
      level: 'warn',
      fix: 'hardshell deploy research --firewall',
    });
  });
});

it('a site that nobody reaches is told with the ports that it needs', () => {
  const open = { ...subject, publicHost: 'claw.example.com' };
  const silent = judgeExposure(open, looked([]), from([])).find(({ id }) => id === 'site');
  expect(silent).toMatchObject({ level: 'warn', because: 'Port 443 of 203.0.113.7 does not answer.' });
  const broken = judgeExposure(open, looked([]), from([443], { site: 502 })).find(({ id }) => id === 'site');
  expect(broken).toMatchObject({ level: 'warn', because: 'It answers with status 502.' });
});

it('the ports worth knocking at are those of the machine and of its containers, loopback left out', () => {
  expect(listOpenPorts(looked([gateway, listener('::1', 5, 'a')], [container('web', '0.0.0.0', 8080)]))).toEqual([
    22, 8080,
  ]);
});

import { describe, expect, it } from 'vitest';
import { alertLimitsSchema } from '../../shared/model/alert.ts';
import type { MetricSample } from '../api-link.ts';
import type { IngressStatus } from '../api-operations.ts';
import {
  judgeBackups,
  judgeCertificate,
  judgeDisk,
  judgeExposure,
  judgeMemory,
  judgeSpend,
  judgeUpdate,
} from './look-rules.ts';

const DAY_MS = 24 * 3600_000;
const limits = alertLimitsSchema.parse({});
const sample = (more: Partial<MetricSample>): MetricSample => ({
  at: 0,
  cpu: 0,
  memoryUsedBytes: 1,
  memoryTotalBytes: 100,
  diskUsedBytes: 1,
  diskTotalBytes: 100,
  ...more,
});

describe('a disk', () => {
  it('is told at its limit, and only of again when there was room in between', () => {
    const judge = (used: number, wasOn: boolean) => judgeDisk(sample({ diskUsedBytes: used }), limits, wasOn);
    expect(judge(89, false)).toEqual({ is: 'off' });
    expect(judge(90, false)).toEqual({ is: 'on', level: 'warn', because: 'The disk is 90 % full.' });
    expect(judge(88, true)).toMatchObject({ is: 'on' });
    expect(judge(86, true)).toEqual({ is: 'off' });
    expect(judge(98, true)).toMatchObject({ level: 'bad' });
  });

  it('of which nobody knows how large it is, is not judged', () => {
    expect(judgeDisk(sample({ diskTotalBytes: 0 }), limits, true)).toEqual({ is: 'gone' });
  });
});

describe('memory', () => {
  it('counts when all of the looks find it full', () => {
    const samples = (...used: number[]) => used.map((bytes) => sample({ memoryUsedBytes: bytes }));
    expect(judgeMemory(samples(99, 60, 99), limits, false)).toEqual({ is: 'off' });
    expect(judgeMemory(samples(96, 97, 96), limits, false)).toMatchObject({ is: 'on', level: 'warn' });
    expect(judgeMemory([], limits, false)).toBeUndefined();
  });
});

describe('a certificate', () => {
  const now = Date.parse('2026-09-20T12:00:00Z');
  const of = (days: number, life: number, isOverdue = false): IngressStatus => ({
    certificate: {
      subject: 'claw.example.com',
      issuer: 'Test Authority',
      notBefore: new Date(now + (days - life) * DAY_MS).toISOString(),
      notAfter: new Date(now + days * DAY_MS).toISOString(),
      isOverdue,
    },
  });

  it('is told before its end, when it is overdue, and when it is over', () => {
    expect(judgeCertificate(of(30, 90), limits, now)).toEqual({ is: 'off' });
    expect(judgeCertificate(of(6, 90), limits, now)).toMatchObject({ is: 'on', level: 'warn' });
    expect(judgeCertificate(of(20, 90, true), limits, now)).toMatchObject({
      because: 'The certificate of claw.example.com should have been renewed by now. It runs out in 20 days.',
    });
    expect(judgeCertificate(of(-1, 90), limits, now)).toMatchObject({ level: 'bad' });
  });

  it('of six days is not near its end from its first day on', () => {
    expect(judgeCertificate(of(5, 6), limits, now)).toEqual({ is: 'off' });
    expect(judgeCertificate(of(1, 6), limits, now)).toMatchObject({ is: 'on' });
  });

  it('that nobody has seen is not judged', () => {
    expect(judgeCertificate({}, limits, now)).toBeUndefined();
  });
});

describe('backups', () => {
  const schedule = { every: 'day', hour: 3 } as const;
  const at = (text: string): number => new Date(text).getTime();
  const made = (text: string) => ({ createdAt: new Date(text).toISOString() });
  const judge = (now: string, backups: { createdAt: string }[], lastRun?: Parameters<typeof judgeBackups>[2]) =>
    judgeBackups(schedule, backups, lastRun, { nowMs: at(now), instanceMadeAt: '2026-01-01T00:00:00.000Z' });

  it('are missing some hours after they were due, and stay so until there is one', () => {
    expect(judge('2026-09-20T02:00:00', [made('2026-09-19T03:05:00')])).toEqual({ is: 'off' });
    expect(judge('2026-09-20T04:00:00', [made('2026-09-19T03:05:00')])).toBeUndefined();
    expect(judge('2026-09-20T05:30:00', [made('2026-09-19T03:05:00')])).toMatchObject({ is: 'on', level: 'warn' });
    // The next one is due, and that of the day before is missing still.
    expect(judge('2026-09-21T04:00:00', [made('2026-09-19T03:05:00')])).toBeUndefined();
    expect(judge('2026-09-21T06:00:00', [made('2026-09-21T05:50:00')])).toEqual({ is: 'off' });
  });

  it('that failed are told at once, until one is made', () => {
    const failed = {
      kind: 'backup',
      status: 'failed',
      startedAt: new Date('2026-09-20T03:00:00').toISOString(),
    } as const;
    expect(judge('2026-09-20T03:10:00', [made('2026-09-19T03:05:00')], failed)).toMatchObject({ level: 'bad' });
    expect(judge('2026-09-20T03:40:00', [made('2026-09-20T03:30:00')], failed)).toEqual({ is: 'off' });
  });

  it('of an instance that is younger than the moment are not missing', () => {
    const young = { nowMs: at('2026-09-20T09:00:00'), instanceMadeAt: new Date('2026-09-20T08:00:00').toISOString() };
    expect(judgeBackups(schedule, [], undefined, young)).toEqual({ is: 'off' });
  });
});

it('an update is one to a newer version, and a preview of what runs is none', () => {
  expect(judgeUpdate('2026.9.6', '2026.9.10')).toMatchObject({ is: 'on', level: 'warn' });
  expect(judgeUpdate('2026.9.6', '2026.9.6')).toEqual({ is: 'off' });
  expect(judgeUpdate('2026.9.6', '2026.9.6-beta.1')).toEqual({ is: 'off' });
  expect(judgeUpdate('2026.9.6', undefined)).toBeUndefined();
});

describe('exposure', () => {
  const report = (...findings: [id: string, level: 'ok' | 'warn' | 'bad'][]) => ({
    at: '2026-09-20T12:00:00Z',
    reachableFrom: 'Everybody',
    findings: findings.map(([id, level]) => ({ id, level, title: id, because: 'It is open.' })),
  });

  it('is told when more is open than before', () => {
    const first = judgeExposure(report(['port-9000', 'warn']), undefined);
    expect(first).toEqual({ verdict: { is: 'off' }, open: ['port-9000'] });
    const second = judgeExposure(report(['port-9000', 'warn'], ['port-9001', 'warn']), first.open);
    expect(second.verdict).toMatchObject({ is: 'on', level: 'warn', because: 'port-9001: It is open.' });
    expect(second.open).toEqual(['port-9000']);
    expect(judgeExposure(report(), second.open)).toEqual({ verdict: { is: 'off' }, open: [] });
  });

  it('that should not be is told from the beginning', () => {
    expect(judgeExposure(report(['gateway', 'bad']), undefined).verdict).toMatchObject({ is: 'on', level: 'bad' });
  });
});

it('spending is told near the cap, and once more when it is reached', () => {
  expect(judgeSpend(7.9, 10, false)).toEqual({ is: 'off' });
  expect(judgeSpend(8, 10, false)).toMatchObject({
    level: 'warn',
    because: '80 % of the cap is spent: $8.00 of $10.00 this month.',
  });
  expect(judgeSpend(7.7, 10, true)).toMatchObject({ is: 'on' });
  expect(judgeSpend(10, 10, true)).toMatchObject({ level: 'bad' });
  expect(judgeSpend(0, 10, true)).toEqual({ is: 'off' });
});

import { describe, expect, it } from 'vitest';
import { checkIdSchema } from '../../shared/model/diagnosis.ts';
import { diffLines } from './line-diff.ts';
import { readAuditFindings, readDoctorFindings } from './openclaw-findings.ts';

/* As OpenClaw 2026.9.6 answered. */
const invalid = JSON.stringify({
  schemaVersion: 1,
  ok: false,
  checksRun: 1,
  findings: [
    {
      checkId: 'core/doctor/final-config-validation',
      severity: 'error',
      message: 'Unrecognized key: "bogus"',
      path: 'gateway',
    },
  ],
});
const linted = JSON.stringify({
  schemaVersion: 1,
  ok: false,
  findings: [
    {
      checkId: 'core/doctor/security',
      severity: 'warning',
      message: 'WARNING: openclaw.json contains plaintext secret-bearing config fields.',
      requirement: 'config.plaintext_secrets',
      fixHint: 'Migrate them',
    },
    { checkId: 'core/doctor/gateway-auth', severity: 'error', message: 'No token.\nmore', fixHint: 'Set one' },
    { checkId: 'core/doctor/gateway-auth', severity: 'warning', message: 'And another.' },
  ],
});
const audited = JSON.stringify({
  ts: 1,
  summary: {},
  findings: [
    { checkId: 'summary.attack_surface', severity: 'info', title: 'Attack surface summary', detail: 'x' },
    {
      checkId: 'gateway.trusted_proxies_missing',
      severity: 'warn',
      title: 'Reverse proxy',
      detail: 'y',
      remediation: 'z',
    },
    {
      checkId: 'fs.config.perms_world_readable',
      severity: 'critical',
      title: 'Config file is world-readable',
      detail: 'mode=644',
      remediation: 'chmod 600',
    },
  ],
});

const here = { isContainer: false };

describe("OpenClaw's own findings", () => {
  it('that a container listens to its own network is on purpose there, and nowhere else', () => {
    const message = 'Gateway bound to "lan" (0.0.0.0) (network-accessible).';
    const bound = { checkId: 'core/doctor/security', severity: 'warning', message };
    const other = { ...bound, message: 'WARNING: something else.' };
    const doctor = JSON.stringify({ ok: false, findings: [bound, other] });
    const finding = {
      checkId: 'gateway.auth_no_rate_limit',
      severity: 'warn',
      title: 'No auth rate limiting configured',
    };
    const audit = JSON.stringify({ findings: [finding] });
    const levels = (isContainer: boolean): unknown[] => [
      ...(readDoctorFindings(doctor, { isContainer }) ?? []).slice(1).map(({ level }) => level),
      ...(readAuditFindings(audit, { isContainer }) ?? []).map(({ level }) => level),
    ];
    expect(levels(true)).toEqual(['ok', 'warn', 'ok']);
    expect(levels(false)).toEqual(['warn', 'warn', 'warn']);
  });
  it('an invalid configuration is mended by its doctor', () => {
    expect(readDoctorFindings(invalid, here)).toMatchObject([
      { id: 'openclaw.config', level: 'bad', because: 'gateway: Unrecognized key: "bogus"', fix: { id: 'doctor' } },
    ]);
  });
  it('keep their names and their hints; what is so on purpose raises no alarm', () => {
    const findings = readDoctorFindings(linted, here) ?? [];
    expect(findings).toMatchObject([
      { id: 'openclaw.config', level: 'ok' },
      { id: 'openclaw.doctor.core/doctor/security', level: 'ok' },
      {
        id: 'openclaw.doctor.core/doctor/gateway-auth',
        title: 'Gateway auth',
        level: 'bad',
        because: 'No token.',
        hint: 'Set one',
      },
      { id: 'openclaw.doctor.core/doctor/gateway-auth:2', level: 'warn' },
    ]);
    for (const { id } of findings) expect(checkIdSchema.parse(id)).toBe(id);
  });
  it('of the audit: without what only informs', () => {
    expect(readAuditFindings(`plugins said this\n${audited}`, here)).toMatchObject([
      { id: 'openclaw.security.gateway.trusted_proxies_missing', level: 'ok' },
      { id: 'openclaw.security.fs.config.perms_world_readable', level: 'bad', hint: 'chmod 600' },
    ]);
  });
  it('no answer is no finding', () => {
    expect(readDoctorFindings('Segmentation fault', here)).toBeUndefined();
    expect(readAuditFindings('', here)).toBeUndefined();
  });
});

describe('what the doctor would change', () => {
  it('is shown with what is around it', () => {
    const before = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const after = ['a', 'b', 'c', 'd', 'X', 'f', 'g', 'h', 'i'];
    expect(diffLines(before, after)).toEqual({
      changes: 3,
      lines: [
        { is: 'gap', text: '' },
        { is: 'same', text: 'c' },
        { is: 'same', text: 'd' },
        { is: 'removed', text: 'e' },
        { is: 'added', text: 'X' },
        { is: 'same', text: 'f' },
        { is: 'same', text: 'g' },
        { is: 'same', text: 'h' },
        { is: 'added', text: 'i' },
      ],
    });
  });
  it('is nothing where nothing changes', () => {
    expect(diffLines(['a'], ['a'])).toEqual({ changes: 0, lines: [{ is: 'gap', text: '' }] });
  });
});

it('what OpenClaw writes as null is not there', () => {
  const around = { isContainer: false };
  const one = {
    checkId: 'core/doctor/x',
    severity: 'warning',
    message: 'm',
    path: null,
    requirement: null,
    fixHint: null,
  };
  expect(readDoctorFindings(JSON.stringify({ ok: false, findings: [one], issues: null }), around)?.at(-1)).toEqual({
    id: 'openclaw.doctor.core/doctor/x',
    title: 'X',
    level: 'warn',
    because: 'm',
  });
  const risk = { checkId: 'x.y', severity: 'warn', title: 't', detail: null, remediation: null };
  expect(readAuditFindings(JSON.stringify({ findings: [risk] }), around)).toMatchObject([
    { because: 't', level: 'warn' },
  ]);
});

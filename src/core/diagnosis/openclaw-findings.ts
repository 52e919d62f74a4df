import { z } from 'zod';
import type { DiagnosisFinding } from '../../shared/model/diagnosis.ts';
import { readJsonAnswer } from '../openclaw/json-answer.ts';
import { describeFix } from './check.ts';

const doctorSchema = z.object({
  ok: z.boolean(),
  findings: z
    .array(
      z.object({
        checkId: z.string(),
        severity: z.string(),
        message: z.string(),
        path: z.string().nullish(),
        requirement: z.string().nullish(),
        fixHint: z.string().nullish(),
      }),
    )
    .nullish(),
  issues: z.array(z.object({ path: z.string(), message: z.string() })).nullish(),
});

const auditSchema = z.object({
  findings: z.array(
    z.object({
      checkId: z.string(),
      severity: z.string(),
      title: z.string(),
      detail: z.string().nullish(),
      remediation: z.string().nullish(),
    }),
  ),
});

interface Purpose {
  readonly id: string;
  readonly requirement?: string;
  /** What it says, where its id says several things. */
  readonly says?: RegExp;
  readonly because: string;
}

/** What OpenClaw warns of and Hardshell does on purpose: it says so, and raises no alarm. */
const ON_PURPOSE: readonly Purpose[] = [
  {
    id: 'core/doctor/node-hosting-preconditions',
    because: 'It listens to its own machine alone: nodes join through a tunnel.',
  },
  {
    id: 'core/doctor/security',
    requirement: 'config.plaintext_secrets',
    because: 'Its token is in openclaw.json, which nobody but the account of OpenClaw can read.',
  },
  { id: 'gateway.trusted_proxies_missing', because: 'No proxy is trusted, because nobody comes through one.' },
  { id: 'core/doctor/heartbeat-cadence-migration', because: 'OpenClaw does this by itself when it starts.' },
];

/** A container's network is its own: what is published of it lies on the loopback address of the engine's machine. */
const IN_CONTAINERS: readonly Purpose[] = [
  {
    id: 'core/doctor/security',
    says: /^(WARNING: )?Gateway bound to "lan"/,
    because: "It listens to its container's own network; outside of it, to the engine's machine alone.",
  },
  {
    id: 'gateway.auth_no_rate_limit',
    because: 'Ten wrong tokens a minute lock a caller out for five minutes, unless it is told otherwise.',
  },
];

export interface Surroundings {
  readonly isContainer: boolean;
}

/** The one check that is run where the configuration is refused. */
const FINAL_VALIDATION = 'core/doctor/final-config-validation';

/** What OpenClaw's own validator says, from its doctor: one finding. Then the doctor's own. Pure. Undefined: no answer. */
export function readDoctorFindings(stdout: string, around: Surroundings): DiagnosisFinding[] | undefined {
  const answer = readJsonAnswer(stdout, doctorSchema);
  if (answer === undefined) return undefined;
  const findings = answer.findings ?? [];
  const refused = findings.filter(({ checkId }) => checkId === FINAL_VALIDATION);
  const issues = [...(answer.issues ?? []), ...refused.map(({ path, message }) => ({ path: path ?? '', message }))];
  const config = { id: 'openclaw.config', title: "OpenClaw's own look at openclaw.json" } as const;
  const { label, isCareful } = describeFix('doctor');
  const first: DiagnosisFinding =
    issues.length === 0
      ? { ...config, level: 'ok', because: 'Everything in it is known to this version.' }
      : {
          ...config,
          level: 'bad',
          because: issues
            .slice(0, 3)
            .map(({ path, message }) => `${path === '' ? 'openclaw.json' : path}: ${message}`)
            .join('; '),
          why: 'The gateway refuses a configuration with anything that it does not know, and stays down after the next restart.',
          fix: { id: 'doctor', label, isCareful },
        };
  const own = findings
    .filter((one) => !refused.includes(one))
    .map(({ checkId, severity, message, requirement, fixHint }) =>
      fold(around, `openclaw.doctor.${checkId}`, checkId, requirement, severity, nameOf(checkId), message, fixHint),
    );
  return [first, ...number(own)];
}

/** Pure. Undefined: no answer. */
export function readAuditFindings(stdout: string, around: Surroundings): DiagnosisFinding[] | undefined {
  const answer = readJsonAnswer(stdout, auditSchema);
  if (answer === undefined) return undefined;
  const shown = answer.findings.filter(({ severity }) => severity !== 'info');
  return number(
    shown.map(({ checkId, severity, title, detail, remediation }) =>
      fold(around, `openclaw.security.${checkId}`, checkId, undefined, severity, title, detail ?? title, remediation),
    ),
  );
}

function fold(
  { isContainer }: Surroundings,
  id: string,
  checkId: string,
  requirement: string | null | undefined,
  severity: string,
  title: string,
  message: string,
  hint: string | null | undefined,
): DiagnosisFinding {
  const meant = [...ON_PURPOSE, ...(isContainer ? IN_CONTAINERS : [])].find(
    (one) =>
      one.id === checkId &&
      (one.requirement === undefined || one.requirement === requirement) &&
      (one.says === undefined || one.says.test(message)),
  );
  const safeId = id.replace(/[^A-Za-z0-9_.:/-]/g, '-').slice(0, 110);
  if (meant !== undefined) return { id: safeId, title, level: 'ok', because: meant.because };
  const level = severity === 'error' || severity === 'critical' ? 'bad' : severity === 'info' ? 'ok' : 'warn';
  const because = message.replace(/^WARNING: /, '').split('\n')[0] ?? '';
  return { id: safeId, title, level, because, ...(typeof hint !== 'string' || level === 'ok' ? {} : { hint }) };
}

/** One check may complain of several things. */
function number(findings: readonly DiagnosisFinding[]): DiagnosisFinding[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const count = (seen.get(finding.id) ?? 0) + 1;
    seen.set(finding.id, count);
    return count === 1 ? finding : { ...finding, id: `${finding.id}:${String(count)}` };
  });
}

/** `core/doctor/gateway-auth` is "Gateway auth". */
function nameOf(checkId: string): string {
  const words = (checkId.split('/').at(-1) ?? checkId).replace(/[-_.]+/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

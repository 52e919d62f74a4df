import * as semver from 'semver';
import type { AlertLimits } from '../../shared/model/alert.ts';
import type { Backup, BackupSchedule } from '../../shared/model/backup.ts';
import type { RunSnapshot } from '../../shared/model/run.ts';
import type { MetricSample } from '../api-link.ts';
import type { ExposureReport, IngressStatus } from '../api-operations.ts';
import { isBackupDue, lastDueMs } from '../backups/schedule.ts';
import { gone, off, on, type Verdict } from './verdict.ts';

/* What a look at an instance says. All of it pure. */

const DAY_MS = 24 * 3600_000;
/** What was nearly full is so until this much less is taken. */
const BACK_BELOW = 0.03;
/** Fuller than this nothing can be written soon. */
const NO_ROOM = 0.98;
/** A backup takes its time, and one that failed is tried again. */
export const BACKUP_GRACE_MS = 2 * 3600_000;
const NEAR_CAP = 0.8;
const BACK_BELOW_CAP = 0.75;

const percent = (share: number): string => `${String(Math.floor(share * 100))} %`;

/** @param wasOn hysteresis: what hovers around its limit is told once */
function judgeShare(share: number, limit: number, wasOn: boolean, words: string): Verdict {
  if (share < limit - (wasOn ? BACK_BELOW : 0)) return off;
  return on(share >= NO_ROOM ? 'bad' : 'warn', `${words} is ${percent(share)} full.`);
}

export function judgeDisk(
  { diskUsedBytes, diskTotalBytes }: MetricSample,
  { diskPercent }: AlertLimits,
  wasOn: boolean,
): Verdict {
  // Of a container's volumes nobody knows how large they may become.
  if (diskTotalBytes <= 0) return gone;
  return judgeShare(diskUsedBytes / diskTotalBytes, diskPercent / 100, wasOn, 'The disk');
}

/** Judged over several looks: a moment of much work is no news. */
export function judgeMemory(
  samples: readonly MetricSample[],
  { memoryPercent }: AlertLimits,
  wasOn: boolean,
): Verdict | undefined {
  const shares = samples.map(({ memoryUsedBytes, memoryTotalBytes }) => memoryUsedBytes / memoryTotalBytes);
  if (shares.length === 0 || shares.some((share) => !Number.isFinite(share))) return undefined;
  return judgeShare(Math.min(...shares), memoryPercent / 100, wasOn, 'The memory');
}

export function judgeCertificate(
  { certificate, problem }: IngressStatus,
  { certificateDays }: AlertLimits,
  nowMs: number,
): Verdict | undefined {
  if (certificate === undefined) {
    if (problem?.code.startsWith('ingress.certificate') !== true) return undefined;
    return on('bad', problem.message);
  }
  const { subject, notBefore, notAfter, isOverdue } = certificate;
  const leftMs = Date.parse(notAfter) - nowMs;
  if (leftMs <= 0) return on('bad', `The certificate of ${subject} has run out.`);
  const days = Math.ceil(leftMs / DAY_MS);
  const left = `It runs out in ${days === 1 ? 'one day' : `${String(days)} days`}.`;
  if (isOverdue) return on('warn', `The certificate of ${subject} should have been renewed by now. ${left}`);
  // One of six days is not near its end from its first day on.
  const nearMs = Math.min(certificateDays * DAY_MS, (Date.parse(notAfter) - Date.parse(notBefore)) / 4);
  return leftMs < nearMs ? on('warn', `The certificate of ${subject} has not been renewed. ${left}`) : off;
}

/**
 * @param backups of the instance
 * @param lastRun of the instance, whatever it was about
 */
export function judgeBackups(
  schedule: BackupSchedule,
  backups: readonly Pick<Backup, 'createdAt'>[],
  lastRun: Pick<RunSnapshot, 'kind' | 'status' | 'startedAt' | 'error'> | undefined,
  since: { readonly nowMs: number; readonly instanceMadeAt: string },
): Verdict | undefined {
  const { nowMs, instanceMadeAt } = since;
  const newestMs = Math.max(0, ...backups.map(({ createdAt }) => Date.parse(createdAt)));
  if (lastRun?.kind === 'backup' && lastRun.status === 'failed' && Date.parse(lastRun.startedAt) > newestMs)
    return on('bad', `The last backup failed. ${lastRun.error?.message ?? ''}`.trim());
  const dueMs = lastDueMs(schedule, nowMs);
  if (!isBackupDue(schedule, backups, nowMs)) return off;
  // Before it was there nobody could have made one.
  if (Date.parse(instanceMadeAt) > dueMs) return off;
  // The one of today may still come; what was missing before is missing still.
  if (nowMs - dueMs < BACKUP_GRACE_MS) return undefined;
  const last = newestMs === 0 ? 'There is none.' : `The newest is of ${new Date(newestMs).toISOString().slice(0, 10)}.`;
  return on('warn', `The backup that was due has not been made. ${last}`);
}

export function judgeUpdate(running: string, newest: string | undefined): Verdict | undefined {
  if (newest === undefined || semver.valid(running) === null || semver.valid(newest) === null) return undefined;
  return semver.gt(newest, running)
    ? on('warn', `OpenClaw ${newest} is out; this one runs ${running}.`, [newest])
    : off;
}

/**
 * @param accepted ids of what was open before and is not of our making
 * @returns the verdict, and what counts as open from now on
 */
export function judgeExposure(
  { findings }: ExposureReport,
  accepted: readonly string[] | undefined,
): { readonly verdict: Verdict; readonly open: readonly string[] } {
  const warned = findings.filter(({ level }) => level === 'warn').map(({ id }) => id);
  // What is there when somebody looks for the first time is what they live with; of it, what closes and opens again is new.
  const open = accepted === undefined ? warned : accepted.filter((id) => warned.includes(id));
  const worse = findings.filter(({ id, level }) => level === 'bad' || (level === 'warn' && !open.includes(id)));
  const [first] = worse;
  if (first === undefined) return { verdict: off, open };
  const more = worse.length > 1 ? ` And ${String(worse.length - 1)} more.` : '';
  const level = worse.some((one) => one.level === 'bad') ? 'bad' : 'warn';
  const about = worse.map(({ id }) => id).sort();
  return { verdict: on(level, `${first.title}: ${first.because}${more}`, about), open };
}

export function judgeSpend(spentUsd: number, capUsd: number, wasOn: boolean): Verdict {
  const share = spentUsd / capUsd;
  if (share < (wasOn ? BACK_BELOW_CAP : NEAR_CAP)) return off;
  const words = `$${spentUsd.toFixed(2)} of $${capUsd.toFixed(2)} this month`;
  return share >= 1
    ? on('bad', `The cap is reached: ${words}.`)
    : on('warn', `${percent(share)} of the cap is spent: ${words}.`);
}

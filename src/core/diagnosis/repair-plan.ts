import { createHash } from 'node:crypto';
import { AppError } from '../../shared/app-error.ts';
import type { FixId } from '../../shared/model/diagnosis.ts';
import { fixIdSchema } from '../../shared/model/diagnosis.ts';
import type { Instance } from '../../shared/model/instance.ts';
import { needed, satisfied } from '../../shared/model/run.ts';
import { formatTarget } from '../../shared/model/target.ts';
import { removeMember, setValue } from '../openclaw/json5-edit.ts';
import type { Plan } from '../plans/plan.ts';
import type { ApplyContext, Step } from '../steps/step.ts';
import { describeFix, judge } from './check.ts';
import { checks } from './checks/index.ts';
import { askDoctor, digestOf, type DoctorText } from './doctor-text.ts';
import type { Evidence } from './evidence.ts';
import { followedStep, isUp, settledStep } from './following.ts';
import { restoreConfig } from './restore-config.ts';
import type { Ward } from './ward.ts';

/** What OpenClaw's own validator and doctor find is mended by its doctor, and seen by no check of ours. */
export const DOCTOR_CHECK = 'openclaw.config';

const MEND_TIMEOUT_MS = 12 * 60_000;
/** After these the gateway has to serve again. */
const WAKING: ReadonlySet<FixId> = new Set(['service', 'start', 'restart']);
/** Of those that write its openclaw.json. */
const WRITING: ReadonlySet<FixId> = new Set(['restore-config', 'doctor', 'token', 'config', 'proxies']);
/** Of those that interrupt it. */
const RESTARTING: ReadonlySet<FixId> = new Set(['service', 'restart', 'legacy', 'config']);

/** What is asked for. */
export interface RepairOrder {
  readonly checks: readonly string[];
  /** Says what the person has seen of the doctor's: nothing else is written. */
  readonly shown?: string | undefined;
}

/** The plan that mends what these checks found. @throws AppError `repair.nothing`, `repair.unseen`, `repair.changed` */
export async function buildRepairPlan(
  instance: Instance,
  { checks: wanted, shown }: RepairOrder,
  ward: Ward,
  signal: AbortSignal,
): Promise<Plan> {
  const evidence = await ward.read(signal);
  const findings = judge(checks, evidence).filter(({ id, level }) => level !== 'ok' && wanted.includes(id));
  const byFix = new Map<FixId, string[]>();
  for (const { id, fix } of findings) if (fix !== undefined) byFix.set(fix.id, [...(byFix.get(fix.id) ?? []), id]);
  const doctor = wanted.includes(DOCTOR_CHECK) ? await readDoctor(ward, shown, signal) : undefined;
  if (doctor !== undefined) byFix.set('doctor', [DOCTOR_CHECK]);
  const known = fixIdSchema.options.filter((fix) => byFix.has(fix));
  if (known.length === 0) throw new AppError('repair.nothing');
  const steps = known.map((fix) =>
    fix === 'doctor' && doctor !== undefined ? doctorStep(ward, doctor) : fixStep(fix, byFix.get(fix) ?? [], ward),
  );
  const { ready } = ward;
  const serves = ready === undefined || instance.suspension !== undefined ? undefined : ready;
  const follows = serves !== undefined && isUp(evidence) && known.some((fix) => WRITING.has(fix));
  const isAwoken = serves !== undefined && known.some((fix) => WAKING.has(fix));
  const [before, after] = follows
    ? [[settledStep(ward, serves)], [followedStep(ward, serves)]]
    : [[], isAwoken ? [serves] : []];
  return {
    kind: 'repair',
    why: `repair ${instance.name} on ${formatTarget(instance.target)}`,
    stages: [...before, ...steps, ...after].map((step) => [step]),
  };
}

/** Needed as long as one of its checks complains, and proven by the same checks. */
function fixStep(fix: FixId, ids: readonly string[], ward: Ward): Step {
  const own = checks.filter(({ id }) => ids.includes(id));
  const work = ward.applies[fix] ?? [
    { timeoutMs: MEND_TIMEOUT_MS, apply: (context: ApplyContext) => mend(fix, ward, context) },
  ];
  return {
    id: fix,
    title: describeFix(fix).title,
    facts: [],
    timeoutMs: work.reduce((sum, { timeoutMs }) => sum + timeoutMs, 0) + 60_000,
    async check({ signal }) {
      const evidence = await ward.read(signal);
      const left = judge(own, evidence).filter(({ level }) => level !== 'ok');
      if (left.length === 0) return satisfied('nothing is wrong with it any more');
      const severity = fix === 'sessions' ? 'data-loss' : RESTARTING.has(fix) ? 'restart' : 'safe';
      return needed(left.map(({ because }) => because.replace(/\.$/, '')).join('; '), severity);
    },
    async apply(context) {
      for (const step of work) await step.apply(context);
    },
  };
}

async function mend(fix: FixId, ward: Ward, context: ApplyContext): Promise<void> {
  const doing = describeFix(fix).title;
  switch (fix) {
    case 'owner':
    case 'modes':
    case 'sessions':
    case 'leftovers': {
      const { count } = await ward.mend(context, doing, { order: fix });
      if (count !== undefined) context.note(`${String(count)} ${count === 1 ? 'file' : 'files'}`);
      return;
    }
    case 'restore-config':
      await restoreConfig(ward, context, doing);
      return;
    case 'proxies': {
      const evidence = await ward.read(context.signal);
      const text = trustProxyAlone(evidence);
      if (text !== undefined) await ward.mend(context, doing, { order: 'write-config', ...text });
      return;
    }
    default:
      throw new AppError('repair.nothing', { message: `${doing} is not possible at this place.` });
  }
}

/** Exactly the proxy, or, where nobody comes through one, nobody. Pure. */
export function trustProxyAlone({
  config,
  wanted,
}: Evidence): { readonly text: string; readonly base: string } | undefined {
  if (config.is !== 'read') return undefined;
  const path = ['gateway', 'trustedProxies'];
  const text =
    wanted.proxy === undefined ? removeMember(config.text, path) : setValue(config.text, path, [wanted.proxy]);
  return { text, base: digest(config.text) };
}

async function readDoctor(ward: Ward, shown: string | undefined, signal: AbortSignal): Promise<DoctorText | undefined> {
  if (shown === undefined) throw new AppError('repair.unseen');
  const text = await askDoctor(ward, signal);
  if (text !== undefined && digestOf(text) !== shown) throw new AppError('repair.changed');
  return text;
}

/** Writes what was shown, over what it was made from, and nothing else. */
function doctorStep(ward: Ward, { before, after }: DoctorText): Step {
  let isWritten = false;
  return {
    id: 'doctor',
    title: describeFix('doctor').title,
    facts: [],
    timeoutMs: MEND_TIMEOUT_MS,
    check: () =>
      Promise.resolve(
        isWritten
          ? satisfied('openclaw.json is as the doctor made it; the old one lies beside it')
          : needed('the doctor would change openclaw.json', 'restart'),
      ),
    async apply(context) {
      await ward.mend(context, "Writing the doctor's openclaw.json", {
        order: 'write-config',
        text: after,
        base: digest(before),
      });
      isWritten = true;
    },
  };
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

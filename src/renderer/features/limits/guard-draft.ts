import type { InstanceView } from '../../../shared/contract/instance.ts';
import { guardSchema, type Guard, type GuardRule } from '../../../shared/model/guard.ts';
import { readNumber } from '../../read-number.ts';
import { text } from '../../text/index.ts';

const words = text.limits.guard;
const GIGABYTE = 1024 ** 3;
const MINUTE_S = 60;

export interface RuleDraft {
  readonly on: boolean;
  readonly above: string;
  /** Of a window; disk has none. */
  readonly minutes: string;
}

export type GuardDraft = Readonly<Record<GuardRule, RuleDraft>>;
export type GuardErrors = Readonly<Partial<Record<GuardRule, Readonly<Partial<Record<'above' | 'minutes', string>>>>>>;

export const guardRules: readonly GuardRule[] = ['cpu', 'memory', 'restarts', 'requests', 'disk'];

/** Where nobody comes in from outside there are no requests to limit; what is limited already can be taken away. */
export function listRules({ target, ingress, guard }: Pick<InstanceView, 'target' | 'ingress' | 'guard'>): GuardRule[] {
  const isOpen = target.kind !== 'local' && ingress !== undefined && ingress.access.mode !== 'tunnel';
  return guardRules.filter((rule) => rule !== 'requests' || isOpen || guard?.requests !== undefined);
}

/** What is there when a rule is switched on: beyond it something is wrong for sure. */
const usual: GuardDraft = {
  cpu: { on: false, above: '90', minutes: '5' },
  memory: { on: false, above: '95', minutes: '5' },
  restarts: { on: false, above: '5', minutes: '60' },
  requests: { on: false, above: '3000', minutes: '5' },
  disk: { on: false, above: '10', minutes: '' },
};

/** Pure. */
export function readGuard({ cpu, memory, restarts, requests, disk }: Guard = {}): GuardDraft {
  const minutes = (seconds: number): string => String(Number((seconds / MINUTE_S).toFixed(2)));
  const rule = (above: number, seconds?: number): RuleDraft => ({
    on: true,
    above: String(above),
    minutes: seconds === undefined ? '' : minutes(seconds),
  });
  return {
    cpu: cpu === undefined ? usual.cpu : rule(cpu.abovePercent, cpu.forSeconds),
    memory: memory === undefined ? usual.memory : rule(memory.abovePercent, memory.forSeconds),
    restarts: restarts === undefined ? usual.restarts : rule(restarts.above, restarts.withinSeconds),
    requests: requests === undefined ? usual.requests : rule(requests.above, requests.withinSeconds),
    disk: disk === undefined ? usual.disk : rule(Number((disk.aboveBytes / GIGABYTE).toFixed(2))),
  };
}

/** Pure. The draft has passed `checkGuard`. */
export function buildGuard({ cpu, memory, restarts, requests, disk }: GuardDraft): Guard {
  const share = ({ above, minutes }: RuleDraft) => ({
    abovePercent: readNumber(above),
    forSeconds: Math.round(readNumber(minutes) * MINUTE_S),
  });
  const count = ({ above, minutes }: RuleDraft) => ({
    above: readNumber(above),
    withinSeconds: Math.round(readNumber(minutes) * MINUTE_S),
  });
  return {
    ...(cpu.on ? { cpu: share(cpu) } : {}),
    ...(memory.on ? { memory: share(memory) } : {}),
    ...(restarts.on ? { restarts: count(restarts) } : {}),
    ...(requests.on ? { requests: count(requests) } : {}),
    ...(disk.on ? { disk: { aboveBytes: Math.round(readNumber(disk.above) * GIGABYTE) } } : {}),
  };
}

const aboveWrong: Readonly<Record<GuardRule, string>> = {
  cpu: words.percentWrong,
  memory: words.percentWrong,
  restarts: words.countWrong,
  requests: words.countWrong,
  disk: words.diskWrong,
};

/** What is wrong in the rules that are on. Pure. */
export function checkGuard(draft: GuardDraft): GuardErrors {
  const parsed = guardSchema.safeParse(buildGuard(draft));
  const errors: Partial<Record<GuardRule, Partial<Record<'above' | 'minutes', string>>>> = {};
  for (const { path } of parsed.error?.issues ?? []) {
    const rule = guardRules.find((one) => one === path[0]);
    if (rule === undefined) continue;
    const isWindow = path[1] === 'forSeconds' || path[1] === 'withinSeconds';
    errors[rule] = {
      ...errors[rule],
      ...(isWindow ? { minutes: words.minutesWrong } : { above: aboveWrong[rule] }),
    };
  }
  return errors;
}

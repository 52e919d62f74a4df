import {
  DEFAULT_CPUS,
  DEFAULT_MEMORY_BYTES,
  resourceLimitsSchema,
  type ResourceLimits,
} from '../../../shared/model/resources.ts';
import { readNumber } from '../../read-number.ts';
import { text } from '../../text/index.ts';

const GIGABYTE = 1024 ** 3;

/** What an instance may take, as a person has typed it. Empty: what is usual. */
export interface LimitsDraft {
  readonly memory: string;
  readonly cpus: string;
}

export type LimitsErrors = Readonly<Partial<Record<keyof LimitsDraft, string>>>;

export const emptyLimits: LimitsDraft = { memory: '', cpus: '' };

/** What is taken where nothing was typed. */
export const usualLimits: LimitsDraft = {
  memory: String(DEFAULT_MEMORY_BYTES / GIGABYTE),
  cpus: String(DEFAULT_CPUS),
};

/** Pure. */
export function readLimits(limits: ResourceLimits | undefined): LimitsDraft {
  if (limits === undefined) return usualLimits;
  return { memory: String(Number((limits.memoryBytes / GIGABYTE).toFixed(2))), cpus: String(limits.cpus) };
}

/** Pure. */
export function checkLimits(draft: LimitsDraft): LimitsErrors {
  const { memoryBytes, cpus } = buildLimits(draft);
  const { shape } = resourceLimitsSchema;
  return {
    ...(shape.memoryBytes.safeParse(memoryBytes).success ? {} : { memory: text.limits.memoryWrong }),
    ...(shape.cpus.safeParse(cpus).success ? {} : { cpus: text.limits.cpusWrong }),
  };
}

/** Pure. The draft has passed `checkLimits`. */
export function buildLimits({ memory, cpus }: LimitsDraft): ResourceLimits {
  return {
    memoryBytes: memory.trim() === '' ? DEFAULT_MEMORY_BYTES : Math.round(readNumber(memory) * GIGABYTE),
    cpus: cpus.trim() === '' ? DEFAULT_CPUS : readNumber(cpus),
  };
}

import type { Ailment, Bedside } from './ailments.ts';
import type { Core } from '../../src/core/index.ts';
import type { DiagnosisFinding } from '../../src/shared/model/diagnosis.ts';

/** One instance that is broken in many ways, one after another. */
export interface Patient {
  /** What is wrong, by id. */
  complaints(depth?: 'quick' | 'slow'): Promise<ReadonlyMap<string, DiagnosisFinding>>;
  /** Repairs these, and returns how the run ended. */
  repair(...checks: string[]): Promise<string>;
  /** `id` is found wrong at `level`, is mended, and is not found any more. */
  red(id: string): Promise<DiagnosisFinding>;
  mends(id: string): Promise<void>;
}

export function patientOf(core: Core, name: string): Patient {
  const complaints: Patient['complaints'] = async (depth = 'quick') => {
    const { findings } = await core.diagnosis.look(name, depth);
    return new Map(findings.filter(({ level }) => level !== 'ok').map((finding) => [finding.id, finding]));
  };
  const repair: Patient['repair'] = async (...checks) => {
    const preview = await core.changes.preview(name, { kind: 'repair', checks });
    return (await core.changes.start(preview.id)).status;
  };
  const red: Patient['red'] = async (id) => {
    const found = await complaints();
    const one = found.get(id);
    if (one === undefined) throw new Error(`${id} is not among ${[...found.keys()].join(', ') || 'nothing'}.`);
    return one;
  };
  return {
    complaints,
    repair,
    red,
    async mends(id) {
      await red(id);
      const status = await repair(id);
      const left = await complaints();
      if (status !== 'succeeded' || left.has(id)) throw new Error(`${id}: ${status}, ${left.get(id)?.because ?? ''}`);
    },
  };
}

/** Long enough for a gateway that follows its file, or starts again, also on a machine that is busy. */
const SETTLE_MS = 2 * 60_000;
const STARTS_MS = 5 * 60_000;

/** Breaks, sees exactly that, mends it, and sees nothing any more. */
export async function treat(bed: Bedside, { breaks, harm, cure, after }: Ailment): Promise<void> {
  const patient = patientOf(bed.core, bed.instance.name);
  const until = async (expected: readonly string[]): Promise<ReadonlyMap<string, DiagnosisFinding>> => {
    for (const endAt = Date.now() + SETTLE_MS; ;) {
      const found = await patient.complaints();
      const is = [...found.keys()].toSorted().join(', ');
      if (is === expected.toSorted().join(', ')) return found;
      const said = [...found.values()].map(({ id, because }) => `${id}: ${because}`).join('\n');
      if (Date.now() > endAt) throw new Error(`Expected ${expected.join(', ') || 'nothing'}, and found:\n${said}`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  };
  // A gateway whose file changes while it starts gives up: what would be seen then is that.
  const serves = async (): Promise<void> => {
    for (const endAt = Date.now() + STARTS_MS; ;) {
      const { state, because } = await bed.core.instances.status(bed.instance.name);
      if (state === 'running') return;
      if (Date.now() > endAt) throw new Error(`The gateway does not serve: ${because}`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  };
  await serves();
  try {
    await harm(bed);
    const found = await until(breaks);
    // What no repair mends says what a person can do.
    for (const { id, fix, hint } of found.values())
      if (fix === undefined && hint === undefined) throw new Error(`${id} has neither a repair nor a hint.`);
    const byHand = [...found.values()].filter(({ fix }) => fix === undefined);
    if ((cure !== undefined) !== byHand.length > 0)
      throw new Error(`${breaks.join(', ')}: a cure is for what has no repair.`);
    await cure?.(bed);
    const rest = [...found.values()].filter(({ fix }) => fix !== undefined).map(({ id }) => id);
    if (rest.length > 0) {
      const status = await patient.repair(...rest);
      if (status !== 'succeeded') throw new Error(`The repair of ${rest.join(', ')} has ${status}.`);
    }
    await until([]);
    await serves();
  } finally {
    // The next one is another case, however this one ends.
    await after?.(bed);
  }
}

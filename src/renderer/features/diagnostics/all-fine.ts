import type { Diagnosis } from '../../../shared/model/diagnosis.ts';
import type { Asked } from '../../use-asked.ts';

/** Whether nothing is wrong: said only after every half was looked at to its end, and found nothing. Pure. */
export function isAllFine(halves: readonly Omit<Asked<Diagnosis>, 'again'>[]): boolean {
  return halves.every(
    ({ answer, error, asking }) =>
      !asking && error === undefined && answer?.findings.every(({ level }) => level === 'ok') === true,
  );
}

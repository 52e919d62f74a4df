import { adoptedCannot } from '../../shared/model/adoption.ts';
import type { Finding } from '../api.ts';
import { formatList, ok, warn } from '../diagnostics/finding.ts';

/** What is said of everything that is adopted, before it is. Pure. @param kept beside our own records */
export function describeAdoption(what: string, kept: string): readonly Finding[] {
  return [
    ok({ id: 'found', title: 'What was found' }, what),
    ok({ id: 'untouched', title: 'What is changed there' }, kept),
    warn(
      { id: 'cannot', title: 'What cannot be done' },
      `An adopted instance stays as it was set up, so it cannot be ${formatList(Object.values(adoptedCannot))}. A backup of it, restored as a new instance, can.`,
    ),
  ];
}

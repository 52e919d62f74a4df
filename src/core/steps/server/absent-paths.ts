import { needed, satisfied, type Severity } from '../../../shared/model/run.ts';
import { presenceFact } from '../../facts/presence.ts';
import { change } from '../../host/command.ts';
import type { Step } from '../step.ts';

export interface AbsentPaths {
  readonly id: string;
  readonly title: string;
  readonly paths: readonly string[];
  readonly severity: Severity;
}

/** Files and folders that must not be there any more. */
export function absentPathsStep({ id, title, paths, severity }: AbsentPaths): Step {
  const present = presenceFact(paths);
  return {
    id,
    title,
    facts: [present],
    timeoutMs: 5 * 60_000,
    async check({ read }) {
      const found = await read(present);
      return found.length === 0
        ? satisfied('nothing of it is there')
        : needed(`there is ${found.join(', ')}`, severity);
    },
    async apply({ read, changeOk }) {
      const found = await read(present);
      await changeOk(title, change(['rm', '-rf', '--', ...found], { runAs: 'root' }));
    },
  };
}

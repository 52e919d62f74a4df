import { z } from 'zod';
import { foundInstallSchema } from '../shared/contract/import.ts';
import type { FoundInstall } from '../core/index.ts';

/* What `import` without a name adds to the last line of `--json`. Fields are added, never changed or taken away. */
export const importAnswers = { installs: z.array(foundInstallSchema).optional() };

export function reportFound({ problem, ...found }: FoundInstall): z.infer<typeof foundInstallSchema> {
  return { ...found, ...(problem === undefined ? {} : { problem: problem.toReport() }) };
}

import type { Instance } from '../../shared/model/instance.ts';
import { formatTarget } from '../../shared/model/target.ts';
import type { Step } from '../steps/step.ts';
import type { Plan } from './plan.ts';

/** First what was chosen to be changed, then the token, then the proof that it is the right one. Pure. */
export function buildAdoptionPlan(
  { name, target }: Instance,
  steps: { readonly changes: readonly Step[]; readonly token: Step; readonly ready: Step },
): Plan {
  return {
    kind: 'import',
    why: `adopt ${name} at ${formatTarget(target)}`,
    stages: [...steps.changes.map((step) => [step]), [steps.token], [steps.ready]],
  };
}

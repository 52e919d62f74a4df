import type { PlanKind, PlannedStep } from '../../shared/model/run.ts';
import type { Step } from '../steps/step.ts';

/** What will be done, in stages: the steps of one stage run side by side, the stages one after another. */
export interface Plan {
  readonly kind: PlanKind;
  /** Why, for the lease and the audit log: `deploy research to ssh://root@203.0.113.7`. */
  readonly why: string;
  readonly stages: readonly (readonly Step[])[];
}

/** Steps for what a person chose beyond the gateway itself: instructions, a model provider. */
export interface Choices {
  readonly beforeStart: readonly Step[];
  readonly afterReady: readonly Step[];
}

export function listSteps(plan: Plan): PlannedStep[] {
  return plan.stages.flatMap((steps, stage) => steps.map(({ id, title }) => ({ id, title, stage })));
}

import type { Instance } from '../../shared/model/instance.ts';
import { formatTarget } from '../../shared/model/target.ts';
import type { TokenCopies, TokenDoor, TokenRotation } from '../steps/access/rotation.ts';
import {
  deadTokenStep,
  formerChangeStep,
  leftOverStep,
  newTokenStep,
  tokenConfigStep,
  tokenCopiesStep,
  tokenInForceStep,
} from '../steps/access/token-steps.ts';
import type { Step } from '../steps/step.ts';
import type { Plan } from './plan.ts';

export interface TokenPlanInput {
  readonly instance: Pick<Instance, 'name' | 'target'>;
  readonly rotation: TokenRotation;
  readonly door: TokenDoor;
  readonly copies: TokenCopies;
  /** Brings the store in line with the machine; absent where a change was cut short, and goes on. */
  readonly align: Step | undefined;
  /** What was cut short was somebody's wish of another day: once that is ended, a token is made for this one. */
  readonly isNewWish: boolean;
  /** Puts what `planNewToken` plans into openclaw.json. */
  readonly write: Step;
}

/** Pure. */
export function buildTokenPlan({ instance, rotation, door, copies, align, isNewWish, write }: TokenPlanInput): Plan {
  const left = new Set<string>();
  const stages: Step[][] = [
    ...(align === undefined ? [] : [[align]]),
    [tokenInForceStep(door, rotation)],
    ...(isNewWish ? [[formerChangeStep(door, rotation)]] : []),
    [newTokenStep(rotation)],
    [tokenConfigStep(write, rotation)],
    [tokenCopiesStep(copies, rotation, left)],
    [deadTokenStep(door, rotation)],
    [leftOverStep(left)],
  ];
  return {
    kind: 'rotate-token',
    why: `change the token of ${instance.name} on ${formatTarget(instance.target)}`,
    stages,
  };
}

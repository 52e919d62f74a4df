import type { Instance } from '../../shared/model/instance.ts';
import { formatTarget } from '../../shared/model/target.ts';
import type { SshKeyWish } from '../../shared/model/ssh-key.ts';
import type { LoginSeat } from '../facts/ssh-server.ts';
import { authorizeStep, unauthorizeStep } from '../steps/access/authorized-keys.ts';
import type { PanelKeyBook, SshDoor } from '../steps/access/panel-key-book.ts';
import { forgetKeyStep, keyPairStep, otherWayStep, proveKeyStep } from '../steps/access/panel-key-steps.ts';
import { passwordsOffStep, passwordsOnStep } from '../steps/access/passwords.ts';
import type { Step } from '../steps/step.ts';
import type { Plan } from './plan.ts';

export interface SshKeyPlanInput {
  readonly instance: Pick<Instance, 'name' | 'target'>;
  readonly wish: SshKeyWish;
  readonly seat: LoginSeat;
  readonly book: PanelKeyBook;
  readonly door: SshDoor;
}

/** Pure. */
export function buildSshKeyPlan({ instance, wish, seat, book, door }: SshKeyPlanInput): Plan {
  const install = [keyPairStep(book), authorizeStep({ seat, book }), proveKeyStep(book, door)];
  const remove = [otherWayStep(book, door), unauthorizeStep({ seat, book }), forgetKeyStep(book, door)];
  const steps: Step[] = [
    ...(wish.passwords === 'on' ? [passwordsOnStep({ seat, book })] : []),
    ...(wish.key === 'install' ? install : []),
    ...(wish.key === 'remove' ? remove : []),
    ...(wish.passwords === 'off' ? [passwordsOffStep({ seat, book, door })] : []),
  ];
  return {
    kind: 'ssh-key',
    why: `change how ${formatTarget(instance.target)} is signed in to`,
    stages: steps.map((step) => [step]),
  };
}

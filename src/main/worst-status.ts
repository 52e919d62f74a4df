import type { InstanceStatus } from '../core/index.ts';
import type { AlertLevel } from '../shared/model/alert.ts';

export type Health = 'none' | 'ok' | 'warn' | 'bad';

type State = InstanceStatus['state'];

const healthOf: Readonly<Record<State, Health>> = {
  running: 'ok',
  starting: 'warn',
  // stopped on purpose
  stopped: 'none',
  'not-deployed': 'none',
  // by a person on purpose, or by a guard for a reason: either way nobody else will start it
  suspended: 'warn',
  failed: 'bad',
  unreachable: 'bad',
};
const order: readonly Health[] = ['none', 'ok', 'warn', 'bad'];

/** What the tray shows when there is room for one thing only. Pure. */
export function worstOf(states: readonly State[], alerts: readonly AlertLevel[] = []): Health {
  return [...states.map((state) => healthOf[state]), ...alerts].reduce<Health>(
    (worst, one) => (rank(one) > rank(worst) ? one : worst),
    'none',
  );
}

function rank(health: Health): number {
  return order.indexOf(health);
}

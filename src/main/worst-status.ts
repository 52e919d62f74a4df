import type { InstanceStatus } from '../core/index.ts';

export type Health = 'none' | 'ok' | 'warn' | 'bad';

type State = InstanceStatus['state'];

const healthOf: Readonly<Record<State, Health>> = {
  running: 'ok',
  starting: 'warn',
  // stopped on purpose
  stopped: 'none',
  'not-deployed': 'none',
  failed: 'bad',
  unreachable: 'bad',
};
const order: readonly Health[] = ['none', 'ok', 'warn', 'bad'];

/** What the tray shows when there is room for one thing only. Pure. */
export function worstOf(states: readonly State[]): Health {
  return states.map((state) => healthOf[state]).reduce((worst, one) => (rank(one) > rank(worst) ? one : worst), 'none');
}

function rank(health: Health): number {
  return order.indexOf(health);
}

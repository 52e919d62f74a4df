import { raceAbort } from '../../host/abort.ts';

/** A gateway that takes longer no longer keeps others waiting: it may never come up. */
const HOLD_MS = 4 * 60_000;

interface Turn {
  readonly engine: string;
  readonly timer: NodeJS.Timeout;
}

/** Of this process, by container: the plans of several instances do not know of each other. */
const turns = new Map<string, Turn>();
const waiting = new Set<() => void>();

/**
 * A starting gateway keeps a processor busy, and gives up where a thread of its own is not there within five seconds. So as
 * many start together as the engine has processors: ten on two of them would all end and begin anew.
 */
export async function takeTurn(
  container: string,
  engine: { readonly id: string; readonly cpus: number },
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  let isTold = false;
  while (countOthers(container, engine.id) >= Math.max(1, Math.floor(engine.cpus))) {
    if (!isTold) tell('other gateways start on this engine: they are waited for');
    isTold = true;
    let wake = (): void => undefined;
    const freed = new Promise<void>((resolve) => (wake = resolve));
    waiting.add(wake);
    try {
      await raceAbort(freed, [signal]);
    } finally {
      waiting.delete(wake);
    }
  }
  clearTimeout(turns.get(container)?.timer);
  const timer = setTimeout(() => {
    endTurn(container);
  }, HOLD_MS);
  timer.unref();
  turns.set(container, { engine: engine.id, timer });
}

/** The gateway answers, or will not. */
export function endTurn(container: string): void {
  const turn = turns.get(container);
  if (turn === undefined) return;
  clearTimeout(turn.timer);
  turns.delete(container);
  // All look again, in the order in which they came.
  for (const wake of waiting) wake();
}

function countOthers(container: string, engine: string): number {
  let count = 0;
  for (const [name, turn] of turns) if (turn.engine === engine && name !== container) count += 1;
  return count;
}

import { expect, it } from 'vitest';
import { anInstance } from '../../../test/cli/samples.ts';
import type { InstanceStatus } from '../api-link.ts';
import { hearStatus, judgeDown, statusLimits, type StatusMemory } from './status-rules.ts';

const MINUTE_MS = 60_000;
const instance = anInstance({});
const told = (state: InstanceStatus['state'], because: string): InstanceStatus => ({ instance, state, because });

/** It was up for a while, and has been starting for so long since. */
function startingFor(lastsMs: number): { readonly memory: StatusMemory | undefined; readonly nowMs: number } {
  let memory = hearStatus(undefined, told('running', 'it answers'), 0, statusLimits);
  const beganMs = MINUTE_MS;
  let nowMs = beganMs;
  for (; nowMs <= beganMs + lastsMs; nowMs += 20_000)
    memory = hearStatus(memory, told('starting', 'the service is starting'), nowMs, statusLimits);
  return { memory, nowMs: nowMs - 20_000 };
}

it.each([
  [10 * MINUTE_MS, undefined],
  [
    30 * MINUTE_MS,
    { is: 'on', level: 'bad', because: 'It has been starting for more than 15 min: the service is starting.' },
  ],
])('one that has been starting for %d ms', (lastsMs, verdict) => {
  const { memory, nowMs } = startingFor(lastsMs);
  if (memory === undefined) throw new Error('nothing was heard');
  const judged = judgeDown(memory, nowMs, statusLimits, false);
  if (verdict === undefined) expect(judged).toBeUndefined();
  else expect(judged).toMatchObject(verdict);
});

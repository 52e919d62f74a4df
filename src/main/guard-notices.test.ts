import { describe, expect, it } from 'vitest';
import { anInstance } from '../../test/cli/samples.ts';
import type { Instance } from '../shared/model/instance.ts';
import type { Suspension } from '../shared/model/guard.ts';
import { tellOfGuards } from './guard-notices.ts';

const suspended = (by: Suspension['by'], at: string): Suspension => ({ at, by, because: 'CPU above 90 % for 5 min' });
const FIRST = '2026-09-20T12:00:00.000Z';
const SECOND = '2026-09-20T13:00:00.000Z';

async function open(before: readonly Instance[]) {
  let list = before;
  let isBroken = false;
  const listeners = new Set<(what: 'instances' | 'runs') => void>();
  const said: string[] = [];
  const logged: string[] = [];
  const telling = await tellOfGuards({
    core: {
      instances: {
        list: () => (isBroken ? Promise.reject(new Error('The disk is gone.')) : Promise.resolve([...list])),
      },
      onChange(listener) {
        listeners.add(listener);
        return { [Symbol.dispose]: () => void listeners.delete(listener) };
      },
    },
    notify: (title, body) => said.push(`${title}: ${body}`),
    log: ({ message }) => logged.push(message),
  });
  const change = async (now: readonly Instance[] | 'broken'): Promise<void> => {
    isBroken = now === 'broken';
    if (now !== 'broken') list = now;
    for (const listener of listeners) listener('instances');
    await new Promise((resolve) => setTimeout(resolve, 0));
  };
  return { said, logged, change, telling, listeners };
}

describe('a guard that has suspended an instance', () => {
  it('is told of once, and again when it does so again', async () => {
    const { said, change } = await open([anInstance()]);
    await change([anInstance({ suspension: suspended('guard', FIRST) })]);
    await change([anInstance({ suspension: suspended('guard', FIRST) })]);
    expect(said).toEqual([
      'research was suspended: Its guard has stopped it: CPU above 90 % for 5 min. Open Hardshell to resume it.',
    ]);
    await change([anInstance()]);
    await change([anInstance({ suspension: suspended('guard', SECOND) })]);
    expect(said).toHaveLength(2);
  });

  it('is no news where a person did it, or where it was so before', async () => {
    const { said, change } = await open([anInstance({ suspension: suspended('guard', FIRST) })]);
    await change([anInstance({ suspension: suspended('guard', FIRST) })]);
    await change([anInstance({ suspension: suspended('person', SECOND) })]);
    expect(said).toEqual([]);
  });

  it('is told of by the next change when the records could not be read', async () => {
    const { said, logged, change } = await open([anInstance()]);
    await change('broken');
    await change([anInstance({ suspension: suspended('guard', FIRST) })]);
    expect(logged).toHaveLength(1);
    expect(said).toHaveLength(1);
  });

  it('listens no more when that is over', async () => {
    const { telling, listeners } = await open([]);
    telling[Symbol.dispose]();
    expect(listeners.size).toBe(0);
  });
});

import { describe, expect, it } from 'vitest';
import type { InstanceStatus } from '../core/index.ts';
import { createContainerStatuses } from './containers.ts';
import { sampleInstance } from '../../test/sample-instance.ts';

const instance = sampleInstance();
const status = (state: InstanceStatus['state']): InstanceStatus => ({ instance, state, because: '' });

function setUp(): {
  readonly statuses: ReturnType<typeof createContainerStatuses>;
  readonly watches: { readonly tell: (status: InstanceStatus) => void; isOver: boolean }[];
} {
  const watches: { readonly tell: (status: InstanceStatus) => void; isOver: boolean }[] = [];
  const statuses = createContainerStatuses({
    instances: {
      watchContainers(tell) {
        const watch = { tell, isOver: false };
        watches.push(watch);
        return {
          [Symbol.asyncDispose]() {
            watch.isOver = true;
            return Promise.resolve();
          },
        };
      },
    },
  });
  return { statuses, watches };
}

describe('the statuses of containers', () => {
  it('are watched once, whoever looks, and told to who comes late', async () => {
    const { statuses, watches } = setUp();
    const [first, late]: [string[], string[]] = [[], []];
    statuses.listen(({ state }) => first.push(state));
    watches[0]?.tell(status('running'));
    statuses.listen(({ state }) => late.push(state));
    watches[0]?.tell(status('stopped'));
    expect(watches).toHaveLength(1);
    expect(first).toEqual(['running', 'stopped']);
    expect(late).toEqual(['running', 'stopped']);
    await statuses[Symbol.asyncDispose]();
    expect(watches[0]?.isOver).toBe(true);
  });

  it('are watched no longer than somebody looks, and anew after that', () => {
    const { statuses, watches } = setUp();
    const listening = statuses.listen(() => undefined);
    watches[0]?.tell(status('running'));
    listening[Symbol.dispose]();
    expect(watches[0]?.isOver).toBe(true);
    const heard: string[] = [];
    statuses.listen(({ state }) => heard.push(state));
    expect(watches).toHaveLength(2);
    expect(heard).toEqual([]);
  });
});

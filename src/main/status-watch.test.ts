import { describe, expect, it } from 'vitest';
import { anInstance } from '../../test/cli/samples.ts';
import type { InstanceLink, InstanceStatus } from '../core/index.ts';
import type { Instance } from '../shared/model/instance.ts';
import { watchStatuses, type InstanceSummary } from './status-watch.ts';

/** Instances whose links answer when they are told to. */
function createLinks(count: number) {
  let instances: Instance[] = Array.from({ length: count }, (_, number) =>
    anInstance({ id: `i-${String(number).padStart(16, '0')}`, name: `n${String(number)}` }),
  );
  const open = new Map<string, (status: InstanceStatus) => void>();
  let changed: (what: 'instances' | 'runs') => void = () => undefined;
  const link = (id: string): InstanceLink =>
    ({
      onStatus(listener: (status: InstanceStatus) => void) {
        open.set(id, listener);
        return { [Symbol.dispose]: () => undefined };
      },
      [Symbol.asyncDispose]() {
        open.delete(id);
        return Promise.resolve();
      },
    }) as unknown as InstanceLink;
  return {
    open,
    answer: (): void => {
      for (const [id, listener] of [...open]) {
        const instance = instances.find((one) => one.id === id);
        if (instance !== undefined) listener({ instance, state: 'running', because: 'well' });
      }
    },
    keepOnly: (name: string): void => {
      instances = instances.filter((one) => one.name === name);
      changed('instances');
    },
    core: {
      instances: { list: () => Promise.resolve(instances), link: (id: string) => Promise.resolve(link(id)) },
      onChange(listener: (what: 'instances' | 'runs') => void) {
        changed = listener;
        return { [Symbol.dispose]: () => undefined };
      },
    },
  };
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 10));

describe('what the tray shows', () => {
  it('costs no connection while nobody wants to know, and is not guessed', async () => {
    const { core, open, answer } = createLinks(2);
    let shown: readonly InstanceSummary[] = [];
    await using watcher = await watchStatuses(
      core,
      (instances) => (shown = instances),
      () => undefined,
    );
    await settled();
    expect(open.size).toBe(0);
    expect(shown).toEqual([
      { name: 'n0', status: undefined },
      { name: 'n1', status: undefined },
    ]);
    watcher.setWanted(true);
    await settled();
    answer();
    expect(shown.map(({ status }) => status?.state)).toEqual(['running', 'running']);
    watcher.setWanted(false);
    await settled();
    expect(open.size).toBe(0);
    expect(shown.map(({ status }) => status)).toEqual([undefined, undefined]);
  });

  it('is asked of a few servers at a time, and of no instance that is gone', async () => {
    const { core, open, answer, keepOnly } = createLinks(9);
    let shown: readonly InstanceSummary[] = [];
    const watcher = await watchStatuses(
      core,
      (instances) => (shown = instances),
      () => undefined,
    );
    watcher.setWanted(true);
    await settled();
    expect(open.size).toBe(4);
    answer();
    await settled();
    expect(open.size).toBe(8);
    answer();
    await settled();
    expect(open.size).toBe(9);
    keepOnly('n3');
    await settled();
    expect([...open.keys()]).toEqual(['i-0000000000000003']);
    expect(shown).toMatchObject([{ name: 'n3', status: { state: 'running' } }]);
    await watcher[Symbol.asyncDispose]();
    expect(open.size).toBe(0);
  });
});

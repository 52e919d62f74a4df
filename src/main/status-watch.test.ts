import { describe, expect, it } from 'vitest';
import { anInstance } from '../../test/cli/samples.ts';
import type { InstanceLink, InstanceStatus } from '../core/index.ts';
import type { Alert } from '../shared/model/alert.ts';
import type { Instance } from '../shared/model/instance.ts';
import { watchStatuses, type InstanceSummary } from './status-watch.ts';

type What = 'instances' | 'runs' | 'backups' | 'alerts';

/** Instances whose links answer when they are told to. */
function createLinks(count: number) {
  let instances: Instance[] = Array.from({ length: count }, (_, number) =>
    anInstance({ id: `i-${String(number).padStart(16, '0')}`, name: `n${String(number)}` }),
  );
  let alerts: Alert[] = [];
  const open = new Map<string, (status: InstanceStatus) => void>();
  let changed: (what: What) => void = () => undefined;
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
    fire: (index: number, level: Alert['level']): void => {
      const [id = '', name = ''] = [instances[index]?.id, instances[index]?.name];
      const told = { fired: [], cleared: [] };
      alerts = [
        {
          instanceId: id,
          instanceName: name,
          kind: 'disk',
          level,
          because: 'Full.',
          since: '2026-11-21T10:00:00Z',
          told,
        },
      ] as unknown as Alert[];
      changed('alerts');
    },
    keepOnly: (name: string): void => {
      instances = instances.filter((one) => one.name === name);
      changed('instances');
    },
    core: {
      instances: { list: () => Promise.resolve(instances), link: (id: string) => Promise.resolve(link(id)) },
      alerts: { list: () => Promise.resolve(alerts) },
      onChange(listener: (what: What) => void) {
        changed = listener;
        return { [Symbol.dispose]: () => undefined };
      },
    },
  };
}

/** A list of instances that is given when the test says so. */
function createLateList() {
  const asked: ((instances: Instance[]) => void)[] = [];
  let changed: (what: What) => void = () => undefined;
  return {
    asked,
    change: () => changed('instances'),
    core: {
      instances: {
        list: () => new Promise<Instance[]>((resolve) => asked.push(resolve)),
        link: (): Promise<InstanceLink> => Promise.reject(new Error('no link')),
      },
      alerts: { list: () => Promise.resolve([]) },
      onChange(listener: (what: What) => void) {
        changed = listener;
        return { [Symbol.dispose]: () => undefined };
      },
    },
  };
}

/** All of it is promises that are there already: one turn of the event loop is more than enough. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

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

  it('knows of an alert without a connection', async () => {
    const { core, open, fire } = createLinks(2);
    let shown: readonly InstanceSummary[] = [];
    await using watcher = await watchStatuses(
      core,
      (instances) => (shown = instances),
      () => undefined,
    );
    fire(1, 'bad');
    await settled();
    expect(shown.map(({ name, alert }) => [name, alert?.kind])).toEqual([
      ['n0', undefined],
      ['n1', 'disk'],
    ]);
    expect(open.size).toBe(0);
    watcher.setWanted(false);
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

  it('is the newest list, whichever is read first, and none after the end', async () => {
    const { core, asked, change } = createLateList();
    const shown: string[][] = [];
    const opening = watchStatuses(
      core,
      (instances) => shown.push(instances.map(({ name }) => name)),
      () => undefined,
    );
    asked[0]?.([]);
    const watcher = await opening;
    change();
    change();
    asked[2]?.([anInstance({ name: 'new' })]);
    await settled();
    asked[1]?.([anInstance({ name: 'old' })]);
    await settled();
    expect(shown).toEqual([[], ['new']]);
    change();
    await watcher[Symbol.asyncDispose]();
    asked[3]?.([]);
    await settled();
    expect(shown).toEqual([[], ['new']]);
  });

  it('is tried again with the next change where it could not be asked for', async () => {
    const { core, open, keepOnly } = createLinks(1);
    let isBroken = true;
    const link: typeof core.instances.link = (id) =>
      isBroken ? Promise.reject(new Error('busy')) : core.instances.link(id);
    await using watcher = await watchStatuses(
      { ...core, instances: { ...core.instances, link } },
      () => undefined,
      () => undefined,
    );
    watcher.setWanted(true);
    await settled();
    isBroken = false;
    keepOnly('n0');
    await settled();
    expect(open.size).toBe(1);
  });
});

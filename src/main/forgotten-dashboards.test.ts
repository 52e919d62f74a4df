import { describe, expect, it } from 'vitest';
import { anInstance } from '../../test/cli/samples.ts';
import type { Core } from '../core/index.ts';
import type { Instance } from '../shared/model/instance.ts';
import { forgetDashboards } from './forgotten-dashboards.ts';

function setUp(clear: (id: string) => Promise<void>) {
  let list: Instance[] = [anInstance()];
  let changed: (what: 'instances' | 'runs') => void = () => undefined;
  const known = new Set<string>([anInstance().id, 'i-00000000000000aa']);
  const logged: string[] = [];
  const core = {
    instances: { list: () => Promise.resolve(list) },
    onChange(listener: typeof changed) {
      changed = listener;
      return { [Symbol.dispose]: () => undefined };
    },
  } as unknown as Pick<Core, 'instances' | 'onChange'>;
  const state = {
    get dashboardIds() {
      return [...known];
    },
    forgetDashboard: (id: string) => void known.delete(id),
  };
  const watch = forgetDashboards({ core, state, clear, log: ({ message }) => logged.push(message) });
  return {
    watch,
    known,
    logged,
    remove: () => {
      list = [];
      changed('instances');
    },
  };
}

describe('what a dashboard kept on this computer', () => {
  it('goes with its instance, at the start and when it is removed, and stays as long as that is there', async () => {
    const cleared: string[] = [];
    const { known, remove } = setUp((id) => Promise.resolve(void cleared.push(id)));
    await expect.poll(() => [...known]).toEqual([anInstance().id]);
    expect(cleared).toEqual(['i-00000000000000aa']);
    remove();
    await expect.poll(() => known.size).toBe(0);
    expect(cleared).toEqual(['i-00000000000000aa', anInstance().id]);
  });

  it('is still known where it could not be emptied', async () => {
    const { known, logged } = setUp(() => Promise.reject(new Error('busy')));
    await expect.poll(() => logged.length).toBe(1);
    expect(known.size).toBe(2);
  });
});

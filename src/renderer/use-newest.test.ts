import { describe, expect, it, vi } from 'vitest';
import type { InstanceView } from '../shared/contract/instance.ts';

vi.stubGlobal('localStorage', { getItem: () => null });
vi.stubGlobal('navigator', { platform: '' });
const { listOutdated } = await import('./use-newest.ts');

const instance = (name: string, more: Partial<InstanceView> = {}): InstanceView =>
  ({ name, phase: 'deployed', version: '2026.9.5', ...more }) as InstanceView;
const names = (...instances: InstanceView[]): string[] => listOutdated(instances, '2026.9.7').map(({ name }) => name);

describe('what is updated with all the others', () => {
  it('runs an older version, or one whose update was cut short', () => {
    const pendingUpdate = { version: '2026.9.7' } as NonNullable<InstanceView['pendingUpdate']>;
    const isNewest = { version: '2026.9.7' };
    expect(names(instance('older'), instance('newest', isNewest))).toEqual(['older']);
    expect(names(instance('unfinished', { ...isNewest, pendingUpdate }))).toEqual(['unfinished']);
  });

  it('is none that stands still, was never deployed, or was adopted: others update that', () => {
    const suspension = {} as NonNullable<InstanceView['suspension']>;
    const adopted = {} as NonNullable<InstanceView['adopted']>;
    expect(
      names(
        instance('suspended', { suspension }),
        instance('unfinished', { phase: 'deploying' }),
        instance('adopted', { adopted }),
        instance('own'),
      ),
    ).toEqual(['own']);
  });
});

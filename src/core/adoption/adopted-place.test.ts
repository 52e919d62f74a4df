import { describe, expect, it } from 'vitest';
import { sampleInstance } from '../../../test/sample-instance.ts';
import { adoptedCannot, type AdoptedService } from '../../shared/model/adoption.ts';
import type { Change } from '../api-operations.ts';
import type { Place } from '../places/place.ts';
import type { PlaceServices } from '../places/place-services.ts';
import { expectOwn } from '../openclaw/expect-own.ts';
import { guardAdopted } from './adopted-place.ts';

const adopted: AdoptedService = {
  kind: 'service',
  user: 'anna',
  home: '/home/anna',
  node: '/usr/bin/node',
  packageDir: '/usr/lib/node_modules/openclaw',
  stateDir: '/home/anna/.openclaw',
  configPath: '/home/anna/.openclaw/openclaw.json',
  unit: 'openclaw-gateway.service',
  unitPath: '/home/anna/.config/systemd/user/openclaw-gateway.service',
};
const own = sampleInstance({ name: 'mine' });
const foreign = sampleInstance({ name: 'helper', adopted });

/** Says what it was asked for, by failing with it. */
function open(): Place {
  const asked = (what: string) => () => {
    throw new Error(`asked: ${what}`);
  };
  const place = {
    openChange: asked('change'),
    openRemoval: asked('removal'),
    halt: asked('halt'),
    readIngress: asked('ingress'),
    status: asked('status'),
  } as unknown as Place;
  return guardAdopted(place, {} as PlaceServices);
}
const said = (work: () => unknown): unknown => {
  try {
    work();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code ?? (error as Error).message;
  }
};
const change = (kind: string): Change => ({ kind }) as unknown as Change;

describe('What others have set up', () => {
  const changes = ['limits', 'ingress', 'suspend', 'resume', 'repair', 'rotate-token', 'restore', 'update', 'rollback'];
  it.each(changes)('is not asked for a change of ours: %s', (kind) => {
    expect(said(() => open().openChange(foreign, change(kind), {}))).toBe('instance.adopted-cannot');
    expect(said(() => open().openChange(own, change(kind), {}))).toBe('asked: change');
  });

  it.each(['backup', 'config'])('is asked for what it can: %s', (kind) => {
    expect(said(() => open().openChange(foreign, change(kind), {}))).toBe('asked: change');
  });

  it('is not frozen, and has no way in of ours', async () => {
    expect(said(() => open().halt(foreign, {}))).toBe('instance.adopted-cannot');
    expect(await open().readIngress(foreign, {})).toEqual({});
    expect(said(() => open().status(foreign, {}))).toBe('asked: status');
  });

  it('says of each what it cannot be, by its name', () => {
    for (const what of Object.keys(adoptedCannot) as (keyof typeof adoptedCannot)[]) {
      expect(() => expectOwn(foreign, what)).toThrow(`helper was adopted, and cannot be ${adoptedCannot[what]}.`);
      expect(() => expectOwn(own, what)).not.toThrow();
    }
  });
});

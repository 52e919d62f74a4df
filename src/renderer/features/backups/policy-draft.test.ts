import { describe, expect, it } from 'vitest';
import { backupPolicySchema } from '../../../shared/model/backup.ts';
import { addPlace, buildPolicy, checkPolicy, readPolicy, type PlaceDraft, type PolicyDraft } from './policy-draft.ts';

const policy = backupPolicySchema.parse({
  schedule: { every: 'week', weekday: 2, hour: 23 },
  keep: { last: 3, daily: 0 },
  destinations: [
    { kind: 'folder', path: '/mnt/nas' },
    {
      kind: 'sftp',
      server: { kind: 'ssh', host: 'nas.example', user: 'anna', jumps: [{ host: 'gate.example' }] },
      path: '/srv/b',
    },
  ],
});

const typePlaces = (...typed: string[]): PlaceDraft[] => typed.map((text, id) => ({ id, typed: text }));

describe('a policy in a form', () => {
  it('comes out as it went in, with what its places know beyond their address', () => {
    expect(checkPolicy(readPolicy(policy))).toEqual({});
    expect(buildPolicy(readPolicy(policy), policy)).toEqual(policy);
  });

  it('is none that acts by itself, as long as nobody says otherwise', () => {
    const draft = readPolicy();
    expect(draft).toMatchObject({ every: 'never', hour: 3, keep: { last: '7' }, places: [] });
    expect(buildPolicy(draft)).toEqual({ keep: { last: 7, daily: 7, weekly: 4, monthly: 6 }, destinations: [] });
    expect(buildPolicy({ ...draft, every: 'day' })).toMatchObject({ schedule: { every: 'day', hour: 3 } });
  });

  it('has places that are typed; an empty line is none', () => {
    const places = typePlaces('/mnt/usb', ' ', 'sftp://anna@nas.example:2222/srv');
    expect(buildPolicy({ ...readPolicy(), places }).destinations).toEqual([
      { kind: 'folder', path: '/mnt/usb' },
      { kind: 'sftp', server: { kind: 'ssh', host: 'nas.example', user: 'anna', port: 2222, jumps: [] }, path: '/srv' },
    ]);
  });

  it('has places that stay who they are when another one is taken out: what was said to it is not theirs', () => {
    const { places } = readPolicy(policy);
    const left = places.toSpliced(0, 1);
    expect(left).toEqual(places.slice(1));
    const ids = addPlace(left).map(({ id }) => id);
    expect(ids[0]).toBe(places[1]?.id);
    expect(new Set(ids).size).toBe(2);
  });

  const wrong: readonly {
    readonly change: Partial<PolicyDraft>;
    readonly parts: Readonly<Record<string, string[]>>;
  }[] = [
    { change: { keep: { last: '0', daily: '7', weekly: 'x', monthly: '6' } }, parts: { keep: ['last', 'weekly'] } },
    { change: { places: typePlaces('/mnt', 'nas', 'sftp://nas.example') }, parts: { places: ['1', '2'] } },
  ];
  it.each(wrong)('says what is wrong in $change', ({ change, parts }) => {
    const { keep, places } = checkPolicy({ ...readPolicy(), ...change });
    const named = {
      ...(keep === undefined ? {} : { keep: Object.keys(keep) }),
      ...(places === undefined ? {} : { places: Object.keys(places) }),
    };
    expect(named).toEqual(parts);
  });
});

import { describe, expect, it } from 'vitest';
import { createReaching, type Reach } from './reach.ts';

/** Somebody who tries places one after the other; each work notes what it may say there. */
function createPerson(): {
  readonly said: [place: string, reach: Reach][];
  readonly tried: string[];
  readonly reaching: ReturnType<typeof createReaching>;
  readonly tryPlace: (place: string, work?: () => Promise<void>) => Promise<boolean>;
} {
  const said: [string, Reach][] = [];
  const tried: string[] = [];
  let busy = false;
  const reaching = createReaching(
    async (work) => {
      if (busy) return false;
      busy = true;
      try {
        await work();
        return true;
      } finally {
        busy = false;
      }
    },
    (place) => tried.push(place),
  );
  return {
    said,
    tried,
    reaching,
    tryPlace: (place, work = () => Promise.resolve()) =>
      reaching.run(place, (reach) => {
        said.push([place, reach]);
        return work();
      }),
  };
}

const nothing: Reach = { secrets: {}, trustHostKeys: [] };

describe('what is said to a server', () => {
  it('is said there again, with more', async () => {
    const { said, reaching, tryPlace } = createPerson();
    await tryPlace('ssh://root@a');
    await reaching.again({ trust: 'SHA256:a' });
    await reaching.again({ secrets: { sshPassword: 'of a' } });
    await tryPlace('ssh://root@a');
    const all = { secrets: { sshPassword: 'of a' }, trustHostKeys: ['SHA256:a'] };
    expect(said).toEqual([
      ['ssh://root@a', nothing],
      ['ssh://root@a', { secrets: {}, trustHostKeys: ['SHA256:a'] }],
      ['ssh://root@a', all],
      ['ssh://root@a', all],
    ]);
  });

  it('is not said to another one, nor remembered beyond it', async () => {
    const { said, reaching, tryPlace } = createPerson();
    await tryPlace('ssh://root@a');
    await reaching.again({ secrets: { sshPassword: 'of a' }, trust: 'SHA256:a' });
    await tryPlace('ssh://root@b');
    await tryPlace('ssh://root@a');
    expect(said.slice(2)).toEqual([
      ['ssh://root@b', nothing],
      ['ssh://root@a', nothing],
    ]);
  });

  it('stays with the one that is tried when another is asked for meanwhile', async () => {
    const { said, tried, reaching, tryPlace } = createPerson();
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const first = tryPlace('ssh://root@a', () => ended);
    expect(await tryPlace('ssh://root@b')).toBe(false);
    end();
    await first;
    await reaching.again({ secrets: { sshPassword: 'of a' } });
    expect(tried).toEqual(['ssh://root@a']);
    expect(said.map(([place]) => place)).toEqual(['ssh://root@a', 'ssh://root@a']);
  });
});

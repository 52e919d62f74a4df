import { describe, expect, it } from 'vitest';
import { tempDataDir } from '../../../test/lab/temp-data-dir.ts';
import { instanceIdSchema } from '../../shared/model/ids.ts';
import { createFileHistory, hashText } from './file-history.ts';

const id = instanceIdSchema.parse('i-0123456789abcdef');
const now = (): number => Date.parse('2026-09-20T12:00:00.000Z');

describe('the history of a file', () => {
  it('has each text once, newest first, with who wrote it', async () => {
    await using folder = await tempDataDir();
    const history = createFileHistory(folder.path, now);
    await history.keep(id, 'SOUL.md', [{ text: 'found' }, { text: 'mine', who: 'anna@laptop' }]);
    await history.keep(id, 'SOUL.md', [{ text: 'mine' }, { text: 'next', who: 'anna@laptop' }]);
    const versions = await history.list(id, 'SOUL.md');
    expect(versions.map(({ hash, who }) => [hash, who])).toEqual([
      [hashText('next'), 'anna@laptop'],
      [hashText('mine'), 'anna@laptop'],
      [hashText('found'), undefined],
    ]);
    expect(new Set(versions.map((one) => one.id)).size).toBe(3);
    expect(await history.read(id, 'SOUL.md', versions[2]?.id ?? '')).toBe('found');
    expect(await history.list(id, 'USER.md')).toEqual([]);
  });

  it('is bounded in number and in size, and never loses the newest', async () => {
    await using folder = await tempDataDir();
    const history = createFileHistory(folder.path, now);
    await history.keep(
      id,
      'SOUL.md',
      Array.from({ length: 60 }, (_, index) => ({ text: String(index) })),
    );
    expect(await history.list(id, 'SOUL.md')).toHaveLength(50);
    await history.keep(id, 'SOUL.md', [{ text: 'x'.repeat(1_500_000) }, { text: 'y'.repeat(1_500_000) }]);
    expect(await history.list(id, 'SOUL.md')).toHaveLength(1);
    await history.forget(id);
    expect(await history.list(id, 'SOUL.md')).toEqual([]);
  });
});

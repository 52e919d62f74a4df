import { describe, expect, it } from 'vitest';
import { onFile, toFileError } from './file-error.ts';

const failure = (code: string): Error => Object.assign(new Error(`${code}: something`), { code });

describe('a failure of the file system', () => {
  it.each([
    ['ENOSPC', 'disk.full'],
    ['EDQUOT', 'disk.full'],
    ['EACCES', 'state.denied'],
    ['EPERM', 'state.denied'],
    ['EROFS', 'state.denied'],
  ])('%s is told as %s, with the path and the cause', (code, expected) => {
    const cause = failure(code);
    expect(toFileError(cause, '/d/a.json')).toMatchObject({ code: expected, details: { path: '/d/a.json' }, cause });
  });

  it('that was not foreseen stays what it is', async () => {
    const error = failure('EIO');
    expect(toFileError(error, '/d')).toBe(error);
    expect(toFileError('text', '/d')).toBe('text');
    await expect(onFile('/d', () => Promise.reject(error))).rejects.toBe(error);
    expect(await onFile('/d', () => Promise.resolve(1))).toBe(1);
  });
});

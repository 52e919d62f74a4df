import { describe, expect, it } from 'vitest';
import { preparePaste } from './paste.ts';

describe('preparePaste', () => {
  it('sends one short line as it is', () => {
    expect(preparePaste('ls -la')).toEqual({ lines: 1, characters: 6, isAsked: false, text: 'ls -la' });
  });

  it('asks where a line would run at once', () => {
    expect(preparePaste('rm -rf x\n')).toMatchObject({ lines: 1, isAsked: true });
    expect(preparePaste('a\r\nb\rc')).toMatchObject({ lines: 3, isAsked: true, text: 'a\nb\nc' });
  });

  it('asks before a very long line', () => {
    expect(preparePaste('x'.repeat(6_000))).toMatchObject({ lines: 1, isAsked: true });
  });

  it('takes out what would leave the brackets of a paste', () => {
    expect(preparePaste('a\u001b[201~b\u0003\tc').text).toBe('a[201~b\tc');
  });
});

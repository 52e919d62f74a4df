import { expect, test } from 'vitest';
import { parseSwapFile } from './swap-file.ts';

test.each([
  ['file=missing\n', { file: { is: 'missing' }, isActive: false, isInFstab: false }],
  [
    'file=swap\nsize=2147483648\nactive=yes\nfstab=yes\n',
    { file: { is: 'swap', sizeBytes: 2147483648 }, isActive: true, isInFstab: true },
  ],
  ['file=other\nfstab=yes\n', { file: { is: 'other' }, isActive: false, isInFstab: true }],
  ['', undefined],
])('%j', (text, expected) => {
  expect(parseSwapFile(text)).toEqual(expected);
});

import { expect, it } from 'vitest';
import { Secret } from '../shared/secret.ts';
import { createMasks } from './masks.ts';

it('strikes out a secret as a whole, also where it begins with another one', () => {
  const masks = createMasks();
  masks.add([new Secret('hunter-2'), new Secret('hunter-2-and-more'), undefined, new Secret('short')]);
  expect(masks.apply({ said: ['hunter-2-and-more, hunter-2 and short'] })).toEqual({
    said: ['[redacted], [redacted] and short'],
  });
});

import { describe, expect, it } from 'vitest';
import { closest } from './closest.ts';

describe('closest', () => {
  it.each([
    ['reserach', 'research'],
    ['Home', 'home'],
    ['hom', 'home'],
    ['workshop', undefined],
    ['x', undefined],
  ])('to %s is %s', (word, meant) => {
    expect(closest(word, ['research', 'home', 'work'])).toBe(meant);
  });
});

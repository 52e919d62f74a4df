import { describe, expect, it } from 'vitest';
import { readPlace } from './read-place.ts';

/** The bar is where the cursor is. */
const at = (marked: string) => {
  const place = readPlace(marked.replace('|', ''), marked.indexOf('|'));
  return place === undefined ? undefined : `${place.is} ${place.path.join('.')} <${place.word}> ${place.taken.join()}`;
};

describe('the place of the cursor', () => {
  it.each([
    ['{ | }', 'name  <> '],
    ['{ log| }', 'name  <log> '],
    ['{ "logging": { "le|" } }', 'name logging <le> '],
    ['{ a: 1, b|, c: 2 }', 'name  <b> a,c'],
    ['{ logging: { level: | } }', 'value logging.level <> level'],
    ["{ logging: { level: 'in|fo', file: 1 } }", 'value logging.level <info> level,file'],
    ['{ list: [1, { id: "x|" }] }', 'value list.1.id <x> id'],
    ['{ list: ["a", "b|"] }', 'value list.1 <b> '],
    ['{ a: { b: 1 }, |', 'name  <> a'],
    ['{ a: { "b', undefined],
    ['{ a: { b: 1 }, // here |\n }', undefined],
    ['{ a: "http://x|" }', 'value a <http://x> a'],
    ['| { }', undefined],
    ['{ } |', undefined],
  ])('%s', (marked, expected) => {
    if (!marked.includes('|')) expect(readPlace(marked, marked.length)).toMatchObject({ is: 'name', word: 'b' });
    else expect(at(marked)).toBe(expected);
  });
});

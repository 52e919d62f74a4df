import fc from 'fast-check';
import JSON5 from 'json5';
import { describe, expect, it } from 'vitest';
import { appendElement, hasComments, removeMember, setValue } from './json5-edit.ts';

describe('setValue', () => {
  it.each([
    ['an empty object', '{}', '{\n  "gateway": {\n    "port": 1\n  }\n}'],
    ['an object that holds a comment only', '{ /* mine */ }', '{ /* mine */ \n  "gateway": {\n    "port": 1\n  }\n}'],
    ['one line', "{a: 'b'}", '{a: \'b\', "gateway": {\n  "port": 1\n}}'],
    ['one line with spaces', '{ gateway: { bind: "lan" } }', '{ gateway: { bind: "lan", "port": 1 } }'],
    [
      'a trailing comma',
      '{\n  gateway: {\n    bind: "lan",\n  },\n}',
      '{\n  gateway: {\n    bind: "lan",\n    "port": 1,\n  },\n}',
    ],
    [
      'a comment after the last member',
      '{\n\tgateway: {\n\t\tbind: "lan" // here\n\t}\n}',
      '{\n\tgateway: {\n\t\tbind: "lan", // here\n\t\t"port": 1\n\t}\n}',
    ],
    ['a value that is there', '{gateway:{port:/*old*/0x10,bind:"lan"}}', '{gateway:{port:/*old*/1,bind:"lan"}}'],
    ['a value that is no object', '{gateway:null}', '{gateway:{\n  "port": 1\n}}'],
    ['a quoted name', `{'gate\\x77ay': {"port": 2}}`, `{'gate\\x77ay': {"port": 1}}`],
    ['a name twice: the last counts', '{gateway:{port:2,port:3}}', '{gateway:{port:2,port:1}}'],
    [
      'line ends of Windows',
      '{\r\n  "gateway": {\r\n    "bind": "lan"\r\n  }\r\n}\r\n',
      '{\r\n  "gateway": {\r\n    "bind": "lan",\r\n    "port": 1\r\n  }\r\n}\r\n',
    ],
    [
      'braces inside strings and comments',
      `{// }{\ngateway: {x: '}\\'{', /* ]} */ port: 7}}`,
      `{// }{\ngateway: {x: '}\\'{', /* ]} */ port: 1}}`,
    ],
    [
      'text around it',
      '\ufeff// first\n{}\n// last\n',
      '\ufeff// first\n{\n  "gateway": {\n    "port": 1\n  }\n}\n// last\n',
    ],
  ])('%s', (_name, before, after) => {
    expect(setValue(before, ['gateway', 'port'], 1)).toBe(after);
    expect(JSON5.parse(after)).toMatchObject({ gateway: { port: 1 } });
  });
});

describe('appendElement', () => {
  it.each([
    ["['a']", `['a', "n"]`],
    ['[]', '[\n  "n"\n]'],
    ["[\n  'a', // one\n  'b'\n]", `[\n  'a', // one\n  'b',\n  "n"\n]`],
    ["[\n  'a',\n]", `[\n  'a',\n  "n",\n]`],
  ])('%s', (before, after) => {
    expect(appendElement(`{list:${before}}`, ['list'], 'n')).toBe(`{list:${after}}`);
  });
});

describe('removeMember', () => {
  it.each([
    ['{a:1,b:2}', '{b:2}'],
    ['{b:2,a:1}', '{b:2}'],
    ['{a:1}', '{}'],
    ['{a:1,b:2,a:3}', '{b:2}'],
    ['{\n  b: 2, // kept\n  a: 1\n}', '{\n  b: 2 // kept\n}'],
    ['{\n  a: 1,\n  b: 2,\n}', '{\n  b: 2,\n}'],
    ['{b:2}', '{b:2}'],
  ])('%s', (before, after) => {
    expect(removeMember(before, ['a'])).toBe(after);
  });
});

/** JSON5 text of a value in every spelling that people use. */
const spelled: fc.Arbitrary<string> = fc.letrec<{ value: string; object: string }>((tie) => {
  const trivia = fc.constantFrom('', ' ', '\n', '\r\n  ', '// } "x\n', '/* [{, */', '\t');
  const key = fc.oneof(
    fc.constantFrom('a', 'b', 'c', "'d e'", '"f\\"}"', '$x', '"__proto__"'),
    fc.string({ maxLength: 4 }).map((text) => JSON.stringify(text)),
  );
  const scalar = fc.oneof(
    fc.constantFrom('null', 'true', '-1', '.5', '0x1F', '+1e3', "'it\\'s'", '"//no"', "'/*no*/'", '"a\\\nb"'),
    fc.string({ maxLength: 6 }).map((text) => JSON.stringify(text)),
  );
  const list = (open: string, item: fc.Arbitrary<string>, close: string): fc.Arbitrary<string> =>
    fc
      .tuple(
        fc.array(
          fc.tuple(trivia, item, trivia).map((parts) => parts.join('')),
          { maxLength: 4 },
        ),
        fc.boolean(),
        trivia,
      )
      .map(([items, comma, end]) => `${open}${items.join(',')}${comma && items.length > 0 ? ',' : ''}${end}${close}`);
  const member = fc
    .tuple(key, trivia, trivia, tie('value'))
    .map(([name, before, after, value]) => `${name}${before}:${after}${value}`);
  return {
    value: fc.oneof({ depthSize: 'small' }, scalar, tie('object'), list('[', tie('value'), ']')),
    object: list('{', member, '}'),
  };
}).object;

describe('hasComments', () => {
  it.each([
    ['{ a: 1 } // mine', true],
    ['{ /* mine */ a: 1 }', true],
    ["{ a: 'it\\'s' } // that's mine", true],
    ["// don't\n{ a: 'b' }", true],
    ['{ a: "https://x.example/*", b: "\\"//" }', false],
    ["{ a: '//', 'b//': 1 }", false],
  ])('of %s says %s', (text, has) => {
    expect(hasComments(text)).toBe(has);
  });
});

describe('any JSON5', () => {
  it('changes exactly the value at the path', () => {
    fc.assert(
      fc.property(spelled, fc.constantFrom('a', 'b', 'd e', 'new'), fc.jsonValue(), (text, key, value) => {
        const expected = { ...JSON5.parse<Record<string, unknown>>(text), [key]: value };
        expect(JSON5.parse(setValue(text, [key], value))).toEqual(JSON5.parse(JSON.stringify(expected)));
      }),
      { numRuns: 500 },
    );
  });

  it('removes exactly the member at the path', () => {
    fc.assert(
      fc.property(spelled, fc.constantFrom('a', 'b', 'd e'), (text, key) => {
        const expected = Object.entries(JSON5.parse<Record<string, unknown>>(text)).filter(([name]) => name !== key);
        expect(Object.entries(JSON5.parse<Record<string, unknown>>(removeMember(text, [key])))).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });
});

import { describe, expect, test } from 'vitest';
import { editCaddyfile, findAdmin, hasSites } from './caddyfile.ts';

const SITES = 'import /etc/caddy/hardshell.d/*.caddy';
const OPTIONS = 'import /etc/caddy/hardshell.d/*.options';
const all = { sites: true, options: true };
const none = { sites: false, options: false };

describe('the Caddyfile of somebody else', () => {
  const theirs = `# ours since 2024
(common) {
	encode gzip
}
{ # global
	email me@example.com
}

example.com, www.example.com {
	import common
	reverse_proxy {
		to 127.0.0.1:{$PORT}
	}
}
`;

  test('keeps every line; ours are added once, and taken away again', () => {
    const once = editCaddyfile(theirs, all);
    expect(once).toBe(`${theirs.replace('{ # global\n', `{ # global\n\t${OPTIONS}\n`)}\n${SITES}\n`);
    expect(editCaddyfile(once, all)).toBe(once);
    expect(editCaddyfile(once, none).trimEnd()).toBe(theirs.trimEnd());
    expect(editCaddyfile(once, { sites: true, options: false })).toBe(`${theirs}\n${SITES}\n`);
  });

  test('our line stays where it is, whatever they add behind it', () => {
    const later = `${editCaddyfile(theirs, all)}\nnew.example {\n\trespond hi\n}\n`;
    expect(editCaddyfile(later, all)).toBe(later);
  });

  test('without global options gets a block at its beginning, which goes with what it was made for', () => {
    const plain = ':80 {\n\trespond hi\n}\n';
    const once = editCaddyfile(plain, all);
    expect(once).toBe(`{\n\t${OPTIONS}\n}\n\n${plain}\n${SITES}\n`);
    expect(editCaddyfile(once, none).trimEnd()).toBe(plain.trimEnd());
  });

  test('an empty one', () => {
    const once = editCaddyfile('', { sites: true, options: false });
    expect(once).toBe(`${SITES}\n`);
    expect(editCaddyfile(once, none)).toBe('');
    expect(editCaddyfile('# nothing\n', none)).toBe('# nothing\n');
  });

  test('an empty block of theirs stays', () => {
    expect(editCaddyfile('{\n}\n', none)).toBe('{\n}\n');
  });

  test('one site without braces cannot be added to, and it is said why', () => {
    expect(() => editCaddyfile('localhost\n\nreverse_proxy 127.0.0.1:9000\n', all)).toThrow(/without braces/);
    expect(editCaddyfile('a.example,\nb.example {\n\trespond hi\n}\n', { sites: true, options: false })).toContain(
      SITES,
    );
  });
});

test.each([
  ['{\n\tadmin localhost:2020\n}\n', 'localhost:2020'],
  ['# first\n(x) {\n\tencode gzip\n}\n{\n\tadmin off # none\n}\n', 'off'],
  ['{\n\tadmin {\n\t\torigins a.test\n\t}\n}\n', '{'],
  ['{\n\t# admin off\n\tlog {\n\t\tadmin x\n\t}\n}\n', undefined],
  ['a.test {\n\tadmin x\n}\n', undefined],
  ['', undefined],
])('where somebody has the admin interface of Caddy: %j', (text, admin) => {
  expect(findAdmin(text)).toBe(admin);
});

describe('sites that the file itself has', () => {
  test.each([
    ['nothing', '', false],
    ['comments', '# The sites of this server.\n', false],
    ['what we have written', editCaddyfile('', { sites: true, options: true }), false],
    ['global options and a snippet', '{\n\temail a@example.com\n}\n\n(log) {\n\tlog\n}\n', false],
    ['a site', editCaddyfile('example.com {\n\trespond hello\n}\n', { sites: true, options: true }), true],
    ['a site without braces', ':80\nrespond hello\n', true],
    ['sites of other files', 'import Caddyfile.d/*.caddyfile\n', true],
  ])('%s', (_what, text, expected) => {
    expect(hasSites(text)).toBe(expected);
  });
});

import { describe, expect, it } from 'vitest';
import { contentTypeOf, fileOf } from './app-files.ts';

const base = 'hardshell://app/';
const folder = '/opt/hardshell/renderer';

describe('fileOf', () => {
  it('knows the page and what belongs to it', () => {
    expect(fileOf(folder, 'hardshell://app/', base)).toBe(`${folder}/index.html`);
    expect(fileOf(folder, 'hardshell://app/assets/page.js?v=1', base)).toBe(`${folder}/assets/page.js`);
  });

  it.each([
    'hardshell://app/%2e%2e/secrets.json',
    'hardshell://app/..%2f..%2fetc/passwd',
    'hardshell://app/%2Fetc/../../../passwd',
    'hardshell://app/..%5c..%5csecrets.json',
    'hardshell://app/%00',
    'hardshell://app/%E0%A4%A',
    'hardshell://app.example/',
    'hardshell://calm/',
    'file:///etc/passwd',
  ])('does not leave the folder for %s', (address) => {
    const file = fileOf(folder, address, base);
    expect(file === undefined || file.startsWith(`${folder}/`)).toBe(true);
    expect(file ?? '').not.toMatch(/\.\./);
  });
});

describe('contentTypeOf', () => {
  it('never guesses', () => {
    expect(contentTypeOf('a/index.html')).toBe('text/html; charset=utf-8');
    expect(contentTypeOf('a/font.woff2')).toBe('font/woff2');
    expect(contentTypeOf('a/strange.xyz')).toBe('application/octet-stream');
  });
});

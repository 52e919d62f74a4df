import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMirrorBook } from './mirror-book.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hardshell-mirrors-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe('the mirrors', () => {
  it('are the makers of the programs where nobody chose others', async () => {
    const book = createMirrorBook(join(dir, 'mirrors.json'), {}, Date.now);
    expect(await book.read()).toEqual({
      npm: 'https://registry.npmjs.org',
      node: 'https://nodejs.org/dist',
      installer: 'https://openclaw.ai/install.sh',
    });
  });

  it('are what a person chose, for every process of the data folder, until they are left empty', async () => {
    const file = join(dir, 'mirrors.json');
    const book = createMirrorBook(file, {}, Date.now);
    await book.choose({ npm: 'https://npm.example/mirror', node: 'https://node.example' });
    await book.choose({ node: '' });
    const other = createMirrorBook(file, {}, Date.now);
    expect(await other.origins()).toEqual({
      npm: { url: 'https://npm.example/mirror', from: 'settings' },
      node: { url: 'https://nodejs.org/dist', from: 'default' },
      installer: { url: 'https://openclaw.ai/install.sh', from: 'default' },
    });
    expect(JSON.parse(await readFile(file, 'utf8'))).not.toHaveProperty('node');
  });

  it('are what the environment says before anything else', async () => {
    const book = createMirrorBook(join(dir, 'mirrors.json'), { npm: 'http://127.0.0.1:4873' }, Date.now);
    await book.choose({ npm: 'https://npm.example' });
    expect((await book.origins()).npm).toEqual({ url: 'http://127.0.0.1:4873', from: 'environment' });
  });
});

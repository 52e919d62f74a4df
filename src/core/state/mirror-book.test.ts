import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AppError } from '../../shared/app-error.ts';
import { createMirrorBook } from './mirror-book.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hardshell-mirrors-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const unexpected = (error: AppError): never => {
  throw error;
};

describe('the mirrors', () => {
  it('are the makers of the programs where nobody chose others', async () => {
    const book = createMirrorBook(join(dir, 'mirrors.json'), {}, Date.now, unexpected);
    expect(await book.read()).toEqual({
      npm: 'https://registry.npmjs.org',
      node: 'https://nodejs.org/dist',
      installer: 'https://openclaw.ai/install.sh',
      caddy: 'https://dl.cloudsmith.io/public/caddy/stable',
      docker: 'https://download.docker.com/linux',
      image: 'ghcr.io/openclaw/openclaw',
    });
  });

  it('are what a person chose, for every process of the data folder, until they are left empty', async () => {
    const file = join(dir, 'mirrors.json');
    const book = createMirrorBook(file, {}, Date.now, unexpected);
    await book.choose({ npm: 'https://npm.example/mirror', node: 'https://node.example' });
    await book.choose({ node: '' });
    const other = createMirrorBook(file, {}, Date.now, unexpected);
    expect(await other.origins()).toMatchObject({
      npm: { url: 'https://npm.example/mirror', from: 'settings' },
      node: { url: 'https://nodejs.org/dist', from: 'default' },
      installer: { url: 'https://openclaw.ai/install.sh', from: 'default' },
    });
    expect(JSON.parse(await readFile(file, 'utf8'))).not.toHaveProperty('node');
  });

  it('are what the environment says before anything else', async () => {
    const book = createMirrorBook(join(dir, 'mirrors.json'), { npm: 'http://127.0.0.1:4873' }, Date.now, unexpected);
    await book.choose({ npm: 'https://npm.example' });
    expect((await book.origins()).npm).toEqual({ url: 'http://127.0.0.1:4873', from: 'environment' });
  });

  it('are those of the makers, and this is said, where what was chosen cannot be read', async () => {
    const file = join(dir, 'mirrors.json');
    await writeFile(file, '{ "npm": ');
    const problems: string[] = [];
    const book = createMirrorBook(file, {}, Date.now, ({ code }) => problems.push(code));
    expect((await book.origins()).npm).toEqual({ url: 'https://registry.npmjs.org', from: 'default' });
    expect(problems).toEqual(['state.corrupt']);
    await book.choose({ npm: 'https://npm.example' });
    expect((await book.read()).npm).toBe('https://npm.example');
  });
});
